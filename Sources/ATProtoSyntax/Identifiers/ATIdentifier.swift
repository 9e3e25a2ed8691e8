// Lexicon specification, "at-identifier":
//
//   at-identifier = did / handle
//
// A DID begins with "did:", and no handle contains a colon.

/// Names an account by its DID or by its handle.
public enum ATIdentifier: StringFormat {
  public typealias Text = ShortText

  case did(DID)
  case handle(Handle)

  public static var formatName: String { "at-identifier" }

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

  public var string: String {
    switch self {
    case .did(let did): did.string
    case .handle(let handle): handle.string
    }
  }

  public var did: DID? {
    if case .did(let did) = self { did } else { nil }
  }

  public var handle: Handle? {
    if case .handle(let handle) = self { handle } else { nil }
  }

  /// A handle in lower case; a DID as it is, for DIDs are case-sensitive.
  public var normalized: ATIdentifier {
    switch self {
    case .did: self
    case .handle(let handle): .handle(handle.normalized)
    }
  }
}

extension ATIdentifier {
  /// Whether the text is a DID, after checking that it is one or a handle.
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
