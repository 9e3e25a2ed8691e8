import LexiconProject

/// The URI of a document, compared after percent-decoding.
///
/// Clients spell the same file in different ways, such as `file:///c:/a` and `file:///c%3A/a`. The
/// server answers with the spelling that it was given.
struct DocumentURI: Hashable, CustomStringConvertible {
  /// As the client spells it.
  let description: String
  private let key: String

  init(_ text: String) {
    description = text
    key = Self.decoded(text)
  }

  /// The URI of a file.
  init(path: String) {
    var text = "file://"
    for byte in path.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x2F, 0x5F, 0x7E:
        text.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        text += digits.utf8.count == 1 ? "%0\(digits)" : "%\(digits)"
      }
    }
    self.init(text)
  }

  /// The absolute, normalized path of a `file` URI; nil for other schemes.
  var path: String? {
    guard key.hasPrefix("file://") else { return nil }
    let rest = key.dropFirst(7)
    guard let slash = rest.firstIndex(of: "/") else { return nil }
    return FileSystem.normalized(String(rest[slash...]))
  }

  /// The text after the last slash or colon, percent-decoded.
  var name: String {
    String(
      key[(key.lastIndex { $0 == "/" || $0 == ":" }.map(key.index(after:)) ?? key.startIndex)...]
    )
  }

  static func == (left: Self, right: Self) -> Bool { left.key == right.key }
  func hash(into hasher: inout Hasher) { hasher.combine(key) }

  private static func decoded(_ text: String) -> String {
    guard text.utf8.contains(UInt8(ascii: "%")) else { return text }
    let bytes = Array(text.utf8)
    var result: [UInt8] = []
    var index = 0
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count,
        let byte = UInt8(String(decoding: bytes[index + 1...index + 2], as: UTF8.self), radix: 16)
      {
        result.append(byte)
        index += 3
      } else {
        result.append(bytes[index])
        index += 1
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}
