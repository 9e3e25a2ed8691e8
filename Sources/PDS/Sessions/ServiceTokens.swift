import ATProtoAuth
import ATProtoSyntax
import XRPCServer

/// Signs tokens with which other services recognize an account (XRPC specification, "Inter-Service
/// Authentication (JWT)").
struct ServiceTokens: Sendable {
  let store: any PDSStore

  /// The token as a JWT, signed with the issuer's signing key.
  func sign(_ token: ServiceToken, for did: DID) async throws -> String {
    let key = try await store.read { transaction in try transaction.accounts.signingKey(of: did) }
    return token.signed(with: key)
  }
}
