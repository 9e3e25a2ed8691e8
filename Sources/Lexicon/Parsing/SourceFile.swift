/// The content of a file, with its path.
public struct SourceFile: Hashable, Sendable {
  /// The path as the user named it.
  public var path: String
  /// The content.
  public var bytes: [UInt8]
  private var knownFormat: DocumentFormat?

  /// Creates a file from its path and content.
  ///
  /// - Parameter format: the format; nil if the file extension decides
  public init(path: String, bytes: [UInt8], format: DocumentFormat? = nil) {
    self.path = path
    self.bytes = bytes
    knownFormat = format
  }

  /// The format, usually according to the file extension; nil if the file is not a document.
  public var format: DocumentFormat? { knownFormat ?? DocumentFormat(path: path) }
}

/// The format of a document.
public enum DocumentFormat: Hashable, Sendable {
  /// JSON (RFC 8259).
  case json
  /// The subset of YAML 1.2 that corresponds to JSON.
  case yaml

  /// The format for the extension `.json`, `.yaml` or `.yml` in any case; nil for other paths.
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
    // Setting bit 5 lowercases ASCII letters, and the names contain only letters.
    return tail.dropFirst().elementsEqual(name.utf8) { $0 | 0x20 == $1 }
  }
}
