import ATProtoCrypto
import HTTPTypes
public import XRPC

/// Authenticates the administrator with the user name `admin` and one of several fixed tokens (XRPC
/// specification, "Admin Token"). With two tokens, one can be replaced while the other still works.
public struct AdminBasic: Authentication {
  /// The administrator, who has no name or account.
  public struct Administrator: Hashable, Sendable {
    /// Creates the administrator.
    public init() {}
  }

  private let tokens: [SHA256Digest]

  /// Creates a method that accepts `token`.
  public init(token: String) {
    self.init(tokens: [token])
  }

  /// Creates a method that accepts each of `tokens`.
  public init(tokens: [String]) {
    self.tokens = tokens.map { SHA256.hash(Array($0.utf8)) }
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
    guard case .basic("admin", let password) = credentials, accepts(password) else {
      throw XRPCServerError.authenticationRequired(challenge: challenge)
    }
    return Administrator()
  }

  /// Compares digests, so that the duration does not reveal a token's length, and always all of them,
  /// so that it does not reveal which one matches.
  private func accepts(_ password: String) -> Bool {
    let digest = SHA256.hash(Array(password.utf8))
    var isAccepted = false
    for token in tokens where ConstantTime.areEqual(digest.bytes, token.bytes) {
      isAccepted = true
    }
    return isAccepted
  }
}
