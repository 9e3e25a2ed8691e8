// Lexicon specification, "at-identifier":
//
//   at-identifier = did / handle
//
// A DID begins with "did:", and no handle contains a colon.

/// The DID or the handle of an account.
public enum ATIdentifier: StringFormat {
  /// Stored inline if it is short.
  public typealias Text = ShortText

  /// The identifier is a DID.
  case did(DID)
  /// The identifier is a handle.
  case handle(Handle)

  /// The name of the format in Lexicon documents: `at-identifier`.
  public static var formatName: String { "at-identifier" }

  /// Parses a string, all of which must be a DID or a handle.
  public init(_ text: String) throws(SyntaxError) {
    let bytes = text.utf8Span.span
    do throws(Fault) {
      self =
        try Self.scan(bytes, 0..<bytes.count)
        ? .did(DID(unchecked: text)) : .handle(Handle(unchecked: text))
    } catch {
      throw SyntaxError(Self.formatName, error)
    }
  }

  /// The identifier as text.
  public var string: String {
    switch self {
    case .did(let did): did.string
    case .handle(let handle): handle.string
    }
  }

  /// The DID, or nil if the identifier is a handle.
  public var did: DID? {
    if case .did(let did) = self { did } else { nil }
  }

  /// The handle, or nil if the identifier is a DID.
  public var handle: Handle? {
    if case .handle(let handle) = self { handle } else { nil }
  }

  /// The identifier with a handle in lowercase. A DID is case-sensitive and does not change.
  public var normalized: ATIdentifier {
    switch self {
    case .did: self
    case .handle(let handle): .handle(handle.normalized)
    }
  }
}

extension ATIdentifier {
  /// Checks that the text is a DID or a handle, and returns whether it is a DID.
  @inline(__always)
  static func scan(_ text: Span<UInt8>, _ range: Range<Int>) throws(Fault) -> Bool {
    if DID.hasPrefix(text, range) {
      try DID.scan(text, range)
      return true
    }
    try Handle.scan(text, range)
    return false
  }
}
