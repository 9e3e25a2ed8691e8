/// The bounds of one look-up over HTTP.
public struct OutgoingLimits: Hashable, Sendable {
  /// For the whole, redirections included.
  public var timeout: Duration
  public var maximumBytes: Int
  public var maximumRedirects: Int

  public init(
    timeout: Duration = .seconds(5),
    maximumBytes: Int = 128 << 10,
    maximumRedirects: Int = 0
  ) {
    self.timeout = timeout
    self.maximumBytes = maximumBytes
    self.maximumRedirects = maximumRedirects
  }

  /// For a DID document: no redirections, as in the reference implementation.
  public static let document = OutgoingLimits()
  /// For `/.well-known/atproto-did`: a DID, "HTTP redirects are allowed, up to a reasonable number".
  public static let wellKnown = OutgoingLimits(maximumBytes: 4096, maximumRedirects: 5)
  /// For the log of an identity.
  public static let log = OutgoingLimits(timeout: .seconds(20), maximumBytes: 4 << 20)
}
