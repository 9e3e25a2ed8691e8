// AT URI scheme, "Restricted AT URI Syntax", which is the Lexicon format:
//
//   AT-URI     = "at://" AUTHORITY [ "/" COLLECTION [ "/" RKEY ] ]
//   AUTHORITY  = HANDLE | DID
//   COLLECTION = NSID
//   RKEY       = RECORD-KEY
//
// At most 8 kilobytes. No query, no fragment, no trailing slash.

/// The URI of an account, a collection, or a record:
/// `at://user.example.com/com.example.note/3jzfcijpj2z2a`.
///
/// This is the restricted syntax, which Lexicon strings use; ``GenericATURI`` is the full syntax.
public struct ATURI: StringFormat {
  /// The name of the format in Lexicon documents: `at-uri`.
  public static var formatName: String { "at-uri" }

  /// Stored in a buffer that neighboring strings may share.
  public typealias Text = SharedText

  static let maximumLength = 8192

  /// The string, exactly as it was given.
  public let string: String
  // Offsets of the two slashes, or of the end. A valid text is shorter than 3000 bytes.
  private let authorityEnd: UInt16
  private let collectionEnd: UInt16

  /// Parses a string, all of which must be an AT-URI.
  public init(_ text: String) throws(SyntaxError) {
    let bytes = text.utf8Span.span
    do throws(Fault) {
      let ends = try Self.scan(bytes)
      self.authorityEnd = UInt16(truncatingIfNeeded: ends.authority)
      self.collectionEnd = UInt16(truncatingIfNeeded: ends.collection)
    } catch {
      throw SyntaxError(Self.formatName, error)
    }
    self.string = text
  }

  /// Creates the URI of an account.
  public init(_ authority: ATIdentifier) {
    self.init(authority: authority.string, rest: "", collectionLength: 0)
  }

  /// Creates the URI of a collection.
  public init(_ authority: ATIdentifier, _ collection: NSID) {
    self.init(
      authority: authority.string,
      rest: "/\(collection.string)",
      collectionLength: 1 + collection.string.utf8.count
    )
  }

  /// Creates the URI of a record.
  public init(_ authority: ATIdentifier, _ collection: NSID, _ recordKey: RecordKey) {
    self.init(
      authority: authority.string,
      rest: "/\(collection.string)/\(recordKey.string)",
      collectionLength: 1 + collection.string.utf8.count
    )
  }

  private init(authority: String, rest: String, collectionLength: Int) {
    string = "at://\(authority)\(rest)"
    let end = 5 + authority.utf8.count
    authorityEnd = UInt16(truncatingIfNeeded: end)
    collectionEnd = UInt16(truncatingIfNeeded: end + collectionLength)
  }

  /// The account.
  public var authority: ATIdentifier {
    let text = slice(5, Int(authorityEnd))
    return text.utf8.starts(with: "did:".utf8)
      ? .did(DID(unchecked: text)) : .handle(Handle(unchecked: text))
  }

  /// The collection, or nil for the URI of an account.
  public var collection: NSID? {
    guard authorityEnd < collectionEnd else { return nil }
    return NSID(unchecked: slice(Int(authorityEnd) + 1, Int(collectionEnd)))
  }

  /// The record key, or nil for the URI of an account or a collection.
  public var recordKey: RecordKey? {
    let length = string.utf8.count
    guard Int(collectionEnd) < length else { return nil }
    return RecordKey(unchecked: slice(Int(collectionEnd) + 1, length))
  }

  /// The URI with its handle and the domain authority of its NSID in lowercase, as records should
  /// contain it ("Normalization").
  public var normalized: ATURI {
    guard let collection else { return ATURI(authority.normalized) }
    guard let recordKey else { return ATURI(authority.normalized, collection.normalized) }
    return ATURI(authority.normalized, collection.normalized, recordKey)
  }

  private func slice(_ start: Int, _ end: Int) -> String {
    let utf8 = string.utf8
    let lower = utf8.index(utf8.startIndex, offsetBy: start)
    let upper = utf8.index(utf8.startIndex, offsetBy: end)
    return String(string[lower..<upper])
  }
}

extension ATURI: Hashable {
  /// Whether both strings are equal.
  public static func == (lhs: ATURI, rhs: ATURI) -> Bool {
    lhs.string == rhs.string
  }

  /// Hashes the text.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(string)
  }
}

extension ATURI {
  @inline(__always)
  static func hasPrefix(_ text: Span<UInt8>) -> Bool {
    text.count >= 5 && text[0] == UInt8(ascii: "a") && text[1] == UInt8(ascii: "t")
      && text[2] == UInt8(ascii: ":") && text[3] == UInt8(ascii: "/")
      && text[4] == UInt8(ascii: "/")
  }

  /// The ends of authority and collection; the end of the text if a part is absent.
  private static func scan(
    _ text: Span<UInt8>
  ) throws(Fault) -> (authority: Int, collection: Int) {
    let end = text.count
    guard end <= maximumLength else { throw .tooLong(maximumLength) }
    guard hasPrefix(text) else {
      throw Fault(.prefix, at: 0, "does not begin with \"at://\"")
    }
    let authorityEnd = nextSlash(text, from: 5)
    do throws(Fault) {
      _ = try ATIdentifier.scan(text, 5..<authorityEnd)
    } catch {
      throw error.of("authority", .authority)
    }
    guard authorityEnd < end else { return (end, end) }

    let collectionEnd = nextSlash(text, from: authorityEnd + 1)
    do throws(Fault) {
      try NSID.scan(text, authorityEnd + 1..<collectionEnd)
    } catch {
      throw error.of("collection", .collection)
    }
    guard collectionEnd < end else { return (authorityEnd, end) }

    do throws(Fault) {
      try RecordKey.scan(text, collectionEnd + 1..<end)
    } catch {
      throw error.of("record key", .recordKey)
    }
    return (authorityEnd, collectionEnd)
  }

  @inline(__always)
  private static func nextSlash(_ text: Span<UInt8>, from start: Int) -> Int {
    var index = start
    while index < text.count, text[index] != UInt8(ascii: "/") {
      index += 1
    }
    return index
  }
}
