// DID specification, "DID Identifier Syntax":
//
//   did        = "did:" method ":" identifier
//   method     = 1*( a-z )
//   identifier = *( A-Z / a-z / 0-9 / "." / "_" / ":" / "%" / "-" )
//                 ( A-Z / a-z / 0-9 / "." / "_" / "-" )
//
// At most 2048 bytes. "Implementations do not need to validate percent encoding": resolution checks
// the two digits after a percent sign.

/// A decentralized identifier of any method, such as `did:plc:ewvi7nxzyoun6zhxrhs64oiz`.
public struct DID: StringFormat {
  /// Stored inline if it is short.
  public typealias Text = ShortText

  /// The name of the format in Lexicon documents: `did`.
  public static var formatName: String { "did" }

  static let maximumLength = 2048

  /// The string, exactly as it was given.
  public let string: String

  /// Parses a string, all of which must be a DID.
  public init(_ text: String) throws(SyntaxError) {
    let bytes = text.utf8Span.span
    do throws(Fault) {
      try Self.scan(bytes, 0..<bytes.count)
    } catch {
      throw SyntaxError(Self.formatName, error)
    }
    self.string = text
  }

  init(unchecked string: String) {
    self.string = string
  }

  /// The method: `plc` or `web`, the methods that the protocol supports, or any other.
  public var method: String {
    let utf8 = string.utf8
    let start = utf8.index(utf8.startIndex, offsetBy: 4)
    return String(string[start...].prefix { $0 != ":" })
  }

  /// The part after the method: `ewvi7nxzyoun6zhxrhs64oiz`, `user.example.com`.
  public var identifier: String {
    let utf8 = string.utf8
    let start = utf8.index(utf8.startIndex, offsetBy: 4)
    let colon = utf8[start...].firstIndex(of: UInt8(ascii: ":"))!
    return String(string[utf8.index(after: colon)...])
  }
}

extension DID {
  private static let identifierCharacters = ByteSet.alphanumerics.with("._:%-")

  @inline(__always)
  static func hasPrefix(_ text: Span<UInt8>, _ range: Range<Int>) -> Bool {
    let start = range.lowerBound
    return range.count >= 4 && text[start] == UInt8(ascii: "d")
      && text[start + 1] == UInt8(ascii: "i") && text[start + 2] == UInt8(ascii: "d")
      && text[start + 3] == UInt8(ascii: ":")
  }

  static func scan(_ text: Span<UInt8>, _ range: Range<Int>) throws(Fault) {
    guard range.count <= maximumLength else { throw .tooLong(maximumLength) }
    guard hasPrefix(text, range) else {
      throw Fault(.prefix, at: range.lowerBound, "does not begin with \"did:\"")
    }
    let end = range.upperBound
    let methodStart = range.lowerBound + 4
    var index = methodStart
    while index < end, text[index].isLowercase {
      index += 1
    }
    guard index > methodStart else {
      throw Fault(.method, at: index, "the method is not one or more letters a to z")
    }
    guard index < end else {
      throw Fault(.incomplete, at: index, "nothing follows the method")
    }
    guard text[index] == UInt8(ascii: ":") else {
      throw Fault(.method, at: index, "the method is not only letters a to z")
    }
    index += 1
    guard index < end else {
      throw Fault(.incomplete, at: index, "nothing follows the method")
    }
    let allowed = identifierCharacters
    while index < end {
      let byte = text[index]
      guard allowed.contains(byte) else {
        throw .character(byte, at: index, in: "a DID")
      }
      index += 1
    }
    let last = text[end - 1]
    guard last != UInt8(ascii: ":"), last != UInt8(ascii: "%") else {
      throw Fault(.ending, at: end - 1, "ends in a colon or a percent sign")
    }
  }
}
