import HTTPTypes
public import XRPC

/// Authenticates callers. A handler uses it explicitly:
///
///     let account = try await request.context.authenticated(by: sessions)
///
/// ``SessionBearer`` accepts the access tokens of sessions, ``ServiceAuthentication`` the tokens of
/// other services, and ``AdminBasic`` the administrator's credentials.
public protocol Authentication: Sendable {
  /// What is known about an authenticated caller.
  associatedtype Caller: Sendable

  /// The challenge of a 401 response, without `error`: `Bearer realm="…"` (RFC 9110, 11.6.1).
  var challenge: String { get }

  /// The `error` of the 401 for credentials that are malformed or not recognized.
  var unrecognizedError: String { get }

  /// The challenge after credentials that are not valid, with `error` if the scheme has that
  /// parameter.
  func challenge(error: String) -> String

  /// Whether the credentials are of the kind that this method verifies, valid or not.
  func recognizes(_ credentials: HTTPAuthorization) -> Bool

  /// Verifies credentials of a kind that it recognizes.
  ///
  /// - Throws: if the credentials are not valid. A 401 error needs no `WWW-Authenticate` of its own.
  func caller(_ credentials: HTTPAuthorization, _ context: XRPCContext) async throws -> Caller
}

extension Authentication {
  /// `AuthenticationRequired`.
  public var unrecognizedError: String { "AuthenticationRequired" }

  /// Adds `error` to a `Bearer` challenge, which defines it (RFC 6750, 3.1), and to no other.
  public func challenge(error: String) -> String {
    guard challenge.hasPrefix("Bearer") else { return challenge }
    let separator = challenge.contains("=") ? "," : ""
    return "\(challenge)\(separator) error=\"\(error)\""
  }

  /// Accepts both kinds of credentials. A request with neither gets both challenges.
  public func or<Other: Authentication>(_ other: Other) -> EitherAuthentication<Self, Other> {
    EitherAuthentication(self, other)
  }
}

extension XRPCContext {
  /// Authenticates the caller.
  ///
  /// - Throws: 401 if the request has no credentials or they are not valid.
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

  /// Authenticates the caller if the request has credentials; otherwise returns nil.
  ///
  /// - Throws: 401 if the credentials are not valid.
  public func authenticatedIfPresent<Method: Authentication>(
    by method: Method
  ) async throws -> Method.Caller? {
    guard let header = headers[.authorization] else { return nil }
    guard let credentials = HTTPAuthorization(header), method.recognizes(credentials) else {
      throw XRPCServerError.authenticationRequired(
        "this method does not accept credentials of this kind",
        name: method.unrecognizedError,
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

/// Authenticates with the second of two methods if it recognizes the credentials, otherwise with the
/// first.
public struct EitherAuthentication<First: Authentication, Second: Authentication>: Authentication {
  /// The caller, by the method that verified the credentials.
  public enum Caller: Sendable {
    case first(First.Caller)
    case second(Second.Caller)
  }

  private let first: First
  private let second: Second

  init(_ first: First, _ second: Second) {
    self.first = first
    self.second = second
  }

  /// The challenges of both methods, or one if they are equal (RFC 9110, 11.6.1).
  public var challenge: String {
    first.challenge == second.challenge
      ? first.challenge : "\(first.challenge), \(second.challenge)"
  }

  /// Whether one of the methods recognizes the credentials.
  public func recognizes(_ credentials: HTTPAuthorization) -> Bool {
    first.recognizes(credentials) || second.recognizes(credentials)
  }

  /// Verifies the credentials with the method that recognizes them.
  public func caller(
    _ credentials: HTTPAuthorization,
    _ context: XRPCContext
  ) async throws -> Caller {
    second.recognizes(credentials)
      ? .second(try await second.caller(credentials, context))
      : .first(try await first.caller(credentials, context))
  }
}

extension EitherAuthentication.Caller: Equatable
where First.Caller: Equatable, Second.Caller: Equatable {}
