// Lexicon specification, "uri": any scheme, in the generic syntax of RFC 3986, at most 8 kilobytes.
//
//   uri    = scheme ":" 1*( character / "%" HEXDIG HEXDIG )
//   scheme = ALPHA *( ALPHA / DIGIT / "+" / "-" / "." )
//   character = unreserved / gen-delims / sub-delims         ; "#" at most once
//
// Narrower than RFC 3986 in one respect: something must follow the scheme (the test vectors reject
// "http:"). Wider in another: the scheme determines how gen-delims divide authority, path, and
// query, because the format names `at`, whose authorities RFC 3986 cannot express, and because
// browsers leave brackets in queries.

/// A URI of any scheme, such as `https://example.com/path?q=1#part` or `dns:example.com`.
public struct URIString: StringFormat {
  /// The name of the format in Lexicon documents: `uri`.
  public static var formatName: String { "uri" }

  /// Stored in a buffer that neighboring strings may share.
  public typealias Text = SharedText

  static let maximumLength = 8192

  /// The string, exactly as it was given.
  public let string: String

  /// Parses a string, all of which must be a URI.
  public init(_ text: String) throws(SyntaxError) {
    do throws(Fault) {
      try Self.scan(text.utf8Span.span)
    } catch {
      throw SyntaxError(Self.formatName, error)
    }
    self.string = text
  }

  /// The part before the first colon, in lowercase (RFC 3986, 3.1).
  public var scheme: String {
    string.prefix { $0 != ":" }.lowercased()
  }
}

extension URIString {
  private static let schemeCharacters = ByteSet.alphanumerics.with("+-.")
  private static let characters = ByteSet.unreserved.with(":/?[]@!$&'()*+,;=")

  private static func scan(_ text: Span<UInt8>) throws(Fault) {
    guard text.count <= maximumLength else { throw .tooLong(maximumLength) }
    guard text.count > 0 else { throw Fault(.incomplete, at: 0, "is empty") }
    guard text[0].isLetter else {
      throw Fault(.scheme, at: 0, "the scheme does not begin with a letter")
    }
    var index = 1
    while index < text.count, schemeCharacters.contains(text[index]) {
      index += 1
    }
    guard index < text.count, text[index] == UInt8(ascii: ":") else {
      throw Fault(.scheme, at: index, "has no scheme followed by a colon")
    }
    index += 1
    guard index < text.count else {
      throw Fault(.incomplete, at: index, "nothing follows the scheme")
    }
    var hasFragment = false
    let allowed = characters
    while index < text.count {
      let byte = text[index]
      if byte == UInt8(ascii: "%") {
        try PercentEncoding.check(text, at: index)
      } else if byte == UInt8(ascii: "#") {
        guard !hasFragment else {
          throw Fault(.fragment, at: index, "has more than one fragment")
        }
        hasFragment = true
      } else if !allowed.contains(byte) {
        throw .character(byte, at: index, in: "a URI")
      }
      index += 1
    }
  }
}
