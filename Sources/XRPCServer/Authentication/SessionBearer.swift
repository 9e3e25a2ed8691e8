import HTTPTypes
public import XRPC

/// Knows an account by the token of its session (XRPC specification, "Authentication").
///
/// What is in a token is the service's business: "Clients should treat the tokens as opaque".
public struct SessionBearer<Account: Sendable>: Authentication {
  public let challenge: String
  private let account: @Sendable (String, XRPCContext) async throws -> Account

  /// - Parameters:
  ///   - realm: where the tokens are good, for `WWW-Authenticate`; without quotation marks.
  ///   - account: the account of a token. Throws ``XRPCServerError/expiredToken`` or
  ///     ``XRPCServerError/invalidToken(_:)``.
  public init(
    realm: String? = nil,
    account: @escaping @Sendable (_ token: String, XRPCContext) async throws -> Account
  ) {
    challenge = realm.map { "Bearer realm=\"\($0)\"" } ?? "Bearer"
    self.account = account
  }

  public func recognizes(_ credentials: HTTPAuthorization) -> Bool {
    if case .bearer = credentials { true } else { false }
  }

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

// Status 400, not 401: deployed clients renew their session when they read `ExpiredToken` there.
extension XRPCServerError {
  public static let expiredToken = XRPCServerError(
    status: .badRequest,
    name: "ExpiredToken",
    message: "the token has expired"
  )

  public static func invalidToken(
    _ message: String = "the token is not valid here"
  ) -> XRPCServerError {
    XRPCServerError(status: .badRequest, name: "InvalidToken", message: message)
  }
}
