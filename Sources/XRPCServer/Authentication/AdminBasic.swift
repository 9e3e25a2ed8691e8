import ATProtoCrypto
import HTTPTypes
public import XRPC

/// Authenticates the administrator with the user name `admin` and a fixed token (XRPC specification,
/// "Admin Token").
public struct AdminBasic: Authentication {
  /// The administrator, who has no name or account.
  public struct Administrator: Hashable, Sendable {
    /// Creates the administrator.
    public init() {}
  }

  private let token: SHA256Digest

  /// Creates a method that accepts `token`.
  public init(token: String) {
    self.token = SHA256.hash(Array(token.utf8))
  }

  /// The challenge, which must have a `realm` (RFC 7617, 2).
  public var challenge: String { "Basic realm=\"admin\", charset=\"UTF-8\"" }

  /// Whether these are `Basic` credentials.
  public func recognizes(_ credentials: HTTPAuthorization) -> Bool {
    if case .basic = credentials { true } else { false }
  }

  /// Compares user name and token.
  public func caller(
    _ credentials: HTTPAuthorization,
    _ context: XRPCContext
  ) async throws -> Administrator {
    // Digests are compared so that the duration does not reveal the token's length either.
    guard case .basic("admin", let password) = credentials,
      ConstantTime.areEqual(SHA256.hash(Array(password.utf8)).bytes, token.bytes)
    else { throw XRPCServerError.authenticationRequired(challenge: challenge) }
    return Administrator()
  }
}
