public import ATProtoHTTP
public import HTTPTypes

/// The tokens of an account that logged in with a password, renewed once they have expired. Calls that
/// need a new token at the same time share one renewal.
public final class XRPCSession: Sendable {
  /// The outcome of a renewal.
  public typealias Renewal = SessionRenewal<SessionTokens>
  /// Exchanges the refresh token for new tokens.
  public typealias Renew = @Sendable (SessionTokens) async -> Renewal
  /// Called with new tokens, which must be stored, and with nil when the session ends.
  public typealias Observer = @Sendable (SessionTokens?) async -> Void

  private let shared: SharedSession<SessionTokens>

  /// Creates a session.
  public convenience init(
    tokens: SessionTokens,
    renew: @escaping Renew,
    observer: Observer? = nil
  ) {
    self.init(SharedSession(tokens, renew: renew, observer: observer))
  }

  init(_ shared: SharedSession<SessionTokens>) {
    self.shared = shared
  }

  /// The current tokens; nil once the session has ended.
  public var tokens: SessionTokens? {
    get async { await shared.current }
  }

  /// Forgets the tokens and returns those to revoke on the server.
  func end() async -> [SessionTokens] {
    await shared.end()
  }
}

extension XRPCSession: RequestAuthorization {
  /// Whether the session was logged out, or could not be renewed.
  public var hasEnded: Bool {
    get async { await tokens == nil }
  }

  /// Adds the access token to a request, after waiting for a renewal that is under way.
  public func authorize(
    _ request: HTTPRequest,
    deadline: ContinuousClock.Instant
  ) async throws(TransportError) -> HTTPRequest {
    var request = request
    let tokens = try await shared.session(deadline: deadline)
    request.headerFields[.authorization] = Self.scheme + tokens.access
    return request
  }

  /// Returns ``RejectedCredential/token`` if a response has the error `ExpiredToken`.
  public func rejectedCredential(in refusal: HTTPTransportResponse) -> RejectedCredential? {
    ResponseReader(refusal).saysTokenExpired ? .token : nil
  }

  /// Renews the tokens unless they are newer than those of the request.
  public func renew(
    after request: HTTPRequest,
    deadline: ContinuousClock.Instant
  ) async throws(TransportError) {
    let stale = request.headerFields[.authorization]?.dropFirst(Self.scheme.count) ?? ""
    _ = try await shared.session(renewedAfter: String(stale), deadline: deadline)
  }

  private static let scheme = "Bearer "
}
