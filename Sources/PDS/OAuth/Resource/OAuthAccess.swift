import ATProtoAuth
import ATProtoSyntax
import HTTPTypes
import Synchronization
import XRPC
import XRPCServer

/// The resource server: recognizes accounts by the access tokens of their OAuth sessions (OAuth
/// specification, "Access Tokens"; RFC 9449, 7).
final class OAuthAccess: Sendable {
  private let store: any PDSStore
  private let proofs: DPoPVerifier
  private let scopes = Mutex(ScopeCache())

  init(_ store: any PDSStore, _ proofs: DPoPVerifier) {
    self.store = store
    self.proofs = proofs
  }

  /// The account of an access token, and what the token permits.
  ///
  /// Throws ``OAuthError`` if token or proof are not valid, and the error of the policy if the account
  /// may not call because of its status.
  func caller(
    _ token: String,
    _ context: XRPCContext,
    _ policy: AccessPolicy
  ) async throws -> AuthenticatedAccount {
    let now = currentSeconds()
    let proof = try proofs.proof(
      in: context.headers,
      method: context.verb.rawValue,
      path: "/xrpc/\(context.nsid)",
      accessToken: token,
      at: now
    )
    let hash = OAuthSecret.hash(token)
    // Tokens are looked up at each call, so that revocation is immediate. Grant and account are read
    // together: a second read would cost as much as the proof.
    let (grant, account) = try await store.read { transaction in
      guard let grant = try transaction.oauth.grant(access: hash),
        let account = try transaction.accounts.account(grant.did)
      else { throw OAuthError(.invalidToken, "the access token is not valid") }
      return (grant, account)
    }
    try check(grant, proof, at: now)
    try policy.check(account.status)
    let scope = try scopes.withLock { scopes throws(OAuthError) in
      try scopes.scope(grant.scope)
    }
    // OAuth specification, "Authorization Scopes": "the `atproto` scope must be requested".
    guard scope.hasATProto else {
      throw OAuthError(.invalidToken, "the access token does not have the scope atproto")
    }
    try proofs.use(proof, at: now)
    return AuthenticatedAccount(account: account, authority: .oauth(scope))
  }

  /// Whether the token is the access token of a session, valid or expired.
  func isAccessToken(_ token: String) async throws -> Bool {
    let hash = OAuthSecret.hash(token)
    return try await store.read { transaction in
      try transaction.oauth.grant(access: hash) != nil
    }
  }

  private func check(
    _ grant: OAuthGrant,
    _ proof: DPoPProof,
    at seconds: Int
  ) throws(OAuthError) {
    // RFC 9449, 4.3: "the public key to which the access token is bound matches the public key from
    // the DPoP proof".
    guard grant.dpopThumbprint == proof.thumbprint else {
      throw OAuthError(.invalidToken, "the access token is bound to another DPoP key")
    }
    guard grant.expiresAt > seconds else {
      throw OAuthError(.invalidToken, "the access token has expired")
    }
  }
}
