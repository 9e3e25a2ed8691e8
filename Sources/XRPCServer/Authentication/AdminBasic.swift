import ATProtoCrypto
import HTTPTypes
public import XRPC

/// Knows the administrator by the user `admin` and a fixed token (XRPC specification, "Admin
/// Token").
public struct AdminBasic: Authentication {
  /// There is one, without a name or an account.
  public struct Administrator: Hashable, Sendable {
    public init() {}
  }

  private let token: SHA256Digest

  public init(token: String) {
    self.token = SHA256.hash(Array(token.utf8))
  }

  /// RFC 7617, 2: `realm` is required.
  public var challenge: String { "Basic realm=\"admin\", charset=\"UTF-8\"" }

  public func recognizes(_ credentials: HTTPAuthorization) -> Bool {
    if case .basic = credentials { true } else { false }
  }

  public func caller(
    _ credentials: HTTPAuthorization,
    _ context: XRPCContext
  ) async throws -> Administrator {
    // Digests are compared, so that the duration does not tell the token's length either.
    guard case .basic("admin", let password) = credentials,
      ConstantTime.areEqual(SHA256.hash(Array(password.utf8)).bytes, token.bytes)
    else { throw XRPCServerError.authenticationRequired(challenge: challenge) }
    return Administrator()
  }
}
