import HTTPTypes
public import XRPC

/// Authenticates an account with the access token of a session (XRPC specification,
/// "Authentication").
///
/// The service decides what a token contains: "Clients should treat the tokens as opaque".
public struct SessionBearer<Account: Sendable>: Authentication {
  /// The challenge, with the realm if there is one.
  public let challenge: String
  public var unrecognizedError = "AuthenticationRequired"
  private let account: @Sendable (String, XRPCContext) async throws -> Account

  /// Creates a method that looks up tokens with `account`.
  ///
  /// - Parameters:
  ///   - realm: the realm of the challenge, without quotation marks.
  ///   - account: returns the account of a token, or throws ``XRPCServerError/expiredToken`` or
  ///     ``XRPCServerError/invalidToken(_:)``.
  public init(
    realm: String? = nil,
    account: @escaping @Sendable (_ token: String, XRPCContext) async throws -> Account
  ) {
    challenge = realm.map { "Bearer realm=\"\($0)\"" } ?? "Bearer"
    self.account = account
  }

  /// Whether these are `Bearer` credentials.
  public func recognizes(_ credentials: HTTPAuthorization) -> Bool {
    if case .bearer = credentials { true } else { false }
  }

  /// Looks up the account of the token.
  public func caller(
    _ credentials: HTTPAuthorization,
    _ context: XRPCContext
  ) async throws -> Account {
    guard case .bearer(let token) = credentials else {
      throw XRPCServerError.authenticationRequired(challenge: challenge)
    }
    return try await account(token, context)
  }
}

// The status is 400, not 401, because deployed clients renew their session only then.
extension XRPCServerError {
  /// 400 `ExpiredToken`, which makes clients renew their session.
  public static let expiredToken = XRPCServerError(
    status: .badRequest,
    name: "ExpiredToken",
    message: "the token has expired"
  )

  /// 400 `InvalidToken`.
  public static func invalidToken(
    _ message: String = "the token is not valid"
  ) -> XRPCServerError {
    XRPCServerError(status: .badRequest, name: "InvalidToken", message: message)
  }
}
