import HTTPTypes
public import XRPC

/// A way to know who calls, as a value that a handler asks for:
///
///     let account = try await request.context.authenticated(by: sessions)
///
/// ``SessionBearer`` for the tokens of sessions; `XRPCServer` has one for the tokens of other
/// services, and one for administrators.
public protocol Authentication: Sendable {
  /// What the service knows of who calls.
  associatedtype Caller: Sendable

  /// The challenge of a 401, without `error`: `Bearer realm="…"` (RFC 9110, 11.6.1).
  var challenge: String { get }

  /// Whether the credentials are of the kind that this judges, true or not.
  func recognizes(_ credentials: HTTPAuthorization) -> Bool

  /// Who calls, by credentials that it recognizes.
  ///
  /// Throws where they are not good. A 401 needs no `WWW-Authenticate` of its own.
  func caller(_ credentials: HTTPAuthorization, _ context: XRPCContext) async throws -> Caller
}

extension Authentication {
  /// The challenge to credentials that were not good. RFC 6750, 3.1 names the error; a scheme
  /// other than `Bearer` has none.
  func challenge(error: String) -> String {
    guard challenge.hasPrefix("Bearer") else { return challenge }
    let separator = challenge.contains("=") ? "," : ""
    return "\(challenge)\(separator) error=\"\(error)\""
  }

  /// Who calls with either kind of credentials; where they are of neither kind, both are asked for.
  public func or<Other: Authentication>(_ other: Other) -> EitherAuthentication<Self, Other> {
    EitherAuthentication(self, other)
  }
}

extension XRPCContext {
  /// Who calls. Throws a 401 where the request has no credentials, or none that are good.
  public func authenticated<Method: Authentication>(
    by method: Method
  ) async throws -> Method.Caller {
    guard let caller = try await authenticatedIfPresent(by: method) else {
      // RFC 6750, 3.1: without any credentials, "the resource server SHOULD NOT include an error
      // code".
      throw XRPCServerError.authenticationRequired(
        name: "AuthMissing",
        challenge: method.challenge
      )
    }
    return caller
  }

  /// Who calls, or nil where the request has no credentials at all. Such as are not good are
  /// refused, not ignored.
  public func authenticatedIfPresent<Method: Authentication>(
    by method: Method
  ) async throws -> Method.Caller? {
    guard let header = headers[.authorization] else { return nil }
    guard let credentials = HTTPAuthorization(header), method.recognizes(credentials) else {
      throw XRPCServerError.authenticationRequired(
        "these credentials are of a kind that is not taken here",
        challenge: method.challenge
      )
    }
    do {
      return try await method.caller(credentials, self)
    } catch var error as XRPCServerError where error.lacksChallenge {
      error.headers[.wwwAuthenticate] = method.challenge(error: "invalid_token")
      throw error
    }
  }
}

extension XRPCServerError {
  fileprivate var lacksChallenge: Bool {
    status == .unauthorized && headers[.wwwAuthenticate] == nil
  }
}
