public import ATProtoHTTP
public import HTTPTypes

/// Authorizes the requests of an account: the seam between calls and a kind of session.
///
/// ``XRPCSession`` adds the token of a login with a password; `OAuthClient` has the sessions of OAuth,
/// which sign every request.
public protocol RequestAuthorization: Sendable {
  /// Whether the session has ended. Calls then throw `TransportError.Code.sessionEnded`.
  var hasEnded: Bool { get async }

  /// Returns a request with the account's credentials. Called again for each attempt, since a proof of
  /// possession can be used only once (RFC 9449, 11.1).
  func authorize(
    _ request: HTTPRequest,
    deadline: ContinuousClock.Instant
  ) async throws(TransportError) -> HTTPRequest

  /// Notes the head of any response to a request that ``authorize(_:deadline:)`` returned.
  ///
  /// Optional: the default does nothing.
  func received(_ head: HTTPResponse, to request: HTTPRequest) async

  /// Returns what has to be new before a refused request is worth sending again; nil if the response
  /// is about something else. A request is repeated once for each kind.
  func rejectedCredential(in refusal: HTTPTransportResponse) -> RejectedCredential?

  /// Renews the access token, unless it is newer than the one of the request.
  func renew(
    after request: HTTPRequest,
    deadline: ContinuousClock.Instant
  ) async throws(TransportError)
}

extension RequestAuthorization {
  public func received(_ head: HTTPResponse, to request: HTTPRequest) async {}
}

/// The part of a request's credentials that a server rejected.
public enum RejectedCredential: Hashable, Sendable {
  /// The access token has expired.
  case token
  /// The proof of possession: it lacks the server's current nonce (RFC 9449, 8), which came with the
  /// response.
  case proof
}
