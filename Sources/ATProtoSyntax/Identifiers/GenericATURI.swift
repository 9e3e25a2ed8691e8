// AT URI scheme, "Full AT URI Syntax":
//
//   at-uri    = "at://" authority *( "/" 1*pchar ) [ "?" query ] [ "#" fragment ]
//   authority = 1*( unreserved / ":" / "%" HEXDIG HEXDIG )
//   query     = *( pchar / "/" / "?" )
//   fragment  = "/" *( pchar / "/" / "?" / "[" / "]" )              ; JSON path
//   pchar     = unreserved / "%" HEXDIG HEXDIG / sub-delims / ":" / "@"
//
// At most 8 kilobytes. Here, the authority need not be a DID or a handle ("at://computer" is one of
// the valid examples), but user information ("@") is not allowed.

/// An AT-URI in the full syntax, part of which the scheme reserves for later use.
///
/// Lexicon strings use the restricted syntax of ``ATURI``.
public struct GenericATURI: Hashable, Sendable {
  static let formatName = "generic at-uri"

  /// The string, exactly as it was given.
  public let string: String
  /// The part between `at://` and the first `/`, `?` or `#`, as written.
  public let authority: String
  /// The segments of the path as written, without the slashes.
  public let pathSegments: [String]
  /// The part after `?`, or nil if there is none.
  public let query: String?
  /// The part after `#`, which begins with a slash, or nil if there is none.
  public let fragment: String?

  /// Parses a string, all of which must be an AT-URI.
  public init(_ text: String) throws(SyntaxError) {
    do throws(Fault) {
      try Self.scan(text.utf8Span.span)
    } catch {
      throw SyntaxError(Self.formatName, error)
    }
    let parts = text.dropFirst(5).split(
      separator: "#",
      maxSplits: 1,
      omittingEmptySubsequences: false
    )
    let beforeFragment = parts[0].split(
      separator: "?",
      maxSplits: 1,
      omittingEmptySubsequences: false
    )
    let segments = beforeFragment[0].split(separator: "/").map(String.init)
    self.string = text
    self.authority = segments[0]
    self.pathSegments = Array(segments.dropFirst())
    self.query = beforeFragment.count > 1 ? String(beforeFragment[1]) : nil
    self.fragment = parts.count > 1 ? String(parts[1]) : nil
  }

  /// Creates the same URI in the full syntax.
  public init(_ uri: ATURI) {
    string = uri.string
    authority = uri.authority.string
    pathSegments = [uri.collection?.string, uri.recordKey?.string].compactMap { $0 }
    query = nil
    fragment = nil
  }

  private init(authority: String, path: [String], query: String?, fragment: String?) {
    self.string =
      "at://" + ([authority] + path).joined(separator: "/")
      + (query.map { "?" + $0 } ?? "") + (fragment.map { "#" + $0 } ?? "")
    self.authority = authority
    self.pathSegments = path
    self.query = query
    self.fragment = fragment
  }

  /// The URI in normal form ("Normalization"): no unnecessary percent-encoding, uppercase
  /// hexadecimal digits, no dot segments, and a handle and the domain authority of an NSID in
  /// lowercase.
  public var normalized: GenericATURI {
    var path: [String] = []
    for segment in pathSegments {
      // Dot segments are recognized after decoding, in the order of RFC 3986, 6.2.2.3.
      let segment = PercentEncoding.normalized(segment, decoding: .unreserved)
      if segment == ".." {
        _ = path.popLast()
      } else if segment != "." {
        path.append(segment)
      }
    }
    if let first = path.first, let collection = try? NSID(first) {
      path[0] = collection.normalized.string
    }
    let host = PercentEncoding.normalized(authority, decoding: .unreserved.with(":"))
    return GenericATURI(
      authority: (try? ATIdentifier(host))?.normalized.string ?? host,
      path: path,
      query: query.map { PercentEncoding.normalized($0, decoding: .unreserved) },
      fragment: fragment.map { PercentEncoding.normalized($0, decoding: .unreserved) }
    )
  }
}

extension GenericATURI: CustomStringConvertible {
  /// The text.
  public var description: String { string }
}

extension GenericATURI {
  private static let authorityCharacters = ByteSet.unreserved.with(":%")
  private static let delimiters = ByteSet("/?#")
  private static let queryCharacters = ByteSet.pathCharacters.with("/?")
  private static let fragmentCharacters = queryCharacters.with("[]")

  private static func scan(_ text: Span<UInt8>) throws(Fault) {
    guard text.count <= ATURI.maximumLength else { throw .tooLong(ATURI.maximumLength) }
    guard ATURI.hasPrefix(text) else {
      throw Fault(.prefix, at: 0, "does not begin with \"at://\"")
    }
    var index = try run(of: authorityCharacters, in: text, from: 5)
    guard index > 5 else {
      throw Fault(.authority, at: 5, "the authority is empty or begins with a wrong character")
    }
    while index < text.count, text[index] == UInt8(ascii: "/") {
      let start = index + 1
      index = try run(of: .pathCharacters, in: text, from: start)
      guard index > start else {
        if index < text.count, !delimiters.contains(text[index]) {
          throw .character(text[index], at: index, in: "a path")
        }
        throw Fault(.segment, at: start, "a segment of the path is empty")
      }
    }
    if index < text.count, text[index] == UInt8(ascii: "?") {
      index = try run(of: queryCharacters, in: text, from: index + 1)
    }
    if index < text.count, text[index] == UInt8(ascii: "#") {
      let start = index + 1
      index = try run(of: fragmentCharacters, in: text, from: start)
      guard index > start, text[start] == UInt8(ascii: "/") else {
        throw Fault(.fragment, at: start, "the fragment does not begin with a slash")
      }
    }
    guard index == text.count else {
      throw .character(text[index], at: index, in: "this part of an AT-URI")
    }
  }

  private static func run(
    of characters: ByteSet,
    in text: Span<UInt8>,
    from start: Int
  ) throws(Fault) -> Int {
    var index = start
    while index < text.count, characters.contains(text[index]) {
      if text[index] == UInt8(ascii: "%") {
        try PercentEncoding.check(text, at: index)
      }
      index += 1
    }
    return index
  }
}
