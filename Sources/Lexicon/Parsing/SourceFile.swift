/// A file as it was read: its path, as the user named it, and its bytes.
public struct SourceFile: Hashable, Sendable {
  public var path: String
  public var bytes: [UInt8]

  public init(path: String, bytes: [UInt8]) {
    self.path = path
    self.bytes = bytes
  }

  /// By the extension; nil for files that are passed over.
  public var format: DocumentFormat? { DocumentFormat(path: path) }
}

/// How a document is written down.
public enum DocumentFormat: Hashable, Sendable {
  case json
  case yaml

  /// `.json`, `.yaml` and `.yml`, in any case; nil for every other path.
  public init?(path: String) {
    let path = path.utf8
    if Self.isExtension("json", of: path) {
      self = .json
    } else if Self.isExtension("yaml", of: path) || Self.isExtension("yml", of: path) {
      self = .yaml
    } else {
      return nil
    }
  }

  private static func isExtension(_ name: String, of path: String.UTF8View) -> Bool {
    let count = name.utf8.count + 1
    guard path.count > count else { return false }
    let tail = path.suffix(count)
    guard tail.first == UInt8(ascii: ".") else { return false }
    // Setting bit 5 takes ASCII letters to lower case; the names are letters only.
    return tail.dropFirst().elementsEqual(name.utf8) { $0 | 0x20 == $1 }
  }
}
