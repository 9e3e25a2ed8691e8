import ATProtoAuth
import ATProtoCrypto
import ATProtoSyntax
import ComAtprotoAPI
import XRPC
import XRPCServer

/// Sessions: logging in, authenticating requests, refreshing, and logging out.
struct Sessions: Sendable {
  let store: any PDSStore
  /// Authenticates OAuth sessions.
  let oauth: OAuthAccess
  let passwords: PasswordHasher
  let issuer: SessionIssuer
  /// The time for which a refresh token still works after its first use, in seconds.
  let refreshGracePeriod: Int

  /// Authenticates an account by the access token of one of its sessions.
  ///
  /// For a session that a password opened, throws `AuthMissing`, `InvalidToken`, `ExpiredToken` (also
  /// if the session has been ended), `AccountTakedown` or `AccountDeactivated`. For an OAuth session,
  /// throws `invalid_token`, `invalid_dpop_proof`, `use_dpop_nonce`, `AccountTakedown`,
  /// `AccountDeactivated`, or, with status 403, `ScopeMissingError` or `Forbidden`.
  ///
  /// - Parameters:
  ///   - policy: which sessions may call, and accounts of which status. Of OAuth sessions,
  ///     ``RoutePermissions`` decides.
  ///   - needs: the permissions that an OAuth session needs, if they depend on the call.
  func access(
    _ policy: AccessPolicy,
    needs: AccountAuthentication.Needs? = nil
  ) -> AccountAuthentication {
    AccountAuthentication(sessions: self, policy: policy, needs: needs)
  }

  /// Authenticates by a refresh token. This does not check whether the token has been revoked; the
  /// transaction that uses the token does.
  var refreshToken: SessionBearer<SessionIssuer.RefreshClaims> {
    var bearer = SessionBearer<SessionIssuer.RefreshClaims> { token, _ in
      do throws(JWTError) {
        return try issuer.refreshClaims(token, at: currentSeconds())
      } catch {
        throw XRPCServerError(sessionToken: error)
      }
    }
    bearer.unrecognizedError = "AuthMissing"
    return bearer
  }

  /// The account of an access token of a session that a password opened.
  func authenticate(
    _ token: String,
    _ policy: AccessPolicy
  ) async throws -> AuthenticatedAccount {
    let now = currentSeconds()
    let claims: SessionIssuer.AccessClaims
    do throws(JWTError) {
      claims = try issuer.accessClaims(token, at: now)
    } catch {
      throw XRPCServerError(sessionToken: error)
    }
    guard policy.allows(claims.scope) else { throw XRPCServerError.badScope }
    return try await store.read { transaction in
      guard let account = try transaction.accounts.account(claims.did) else {
        throw XRPCServerError.invalidToken()
      }
      try policy.check(account.status)
      // A session can end before its access tokens expire: by logout or a new password.
      guard
        try transaction.refreshTokens.isLive(session: claims.session, of: account.did, at: now)
      else { throw XRPCServerError.expiredToken }
      return AuthenticatedAccount(account: account, authority: .password(claims.scope))
    }
  }

  /// Replaces the tokens of a session.
  ///
  /// Throws `InvalidToken` if the refresh token has been revoked, `AccountTakedown` if the account
  /// has been taken down.
  func refresh(
    _ claims: SessionIssuer.RefreshClaims
  ) async throws -> (account: Account, tokens: SessionTokenPair) {
    let session = try await store.write { transaction -> (Account, SessionTokenPair)? in
      guard let account = try transaction.accounts.account(claims.did) else { return nil }
      try AccessPolicy.anySession.check(account.status)
      return try rotate(claims, in: transaction).map { (account, $0) }
    }
    guard let session else {
      throw ComAtproto.Server.RefreshSession.Failure.invalidToken(message: Self.revoked)
    }
    return session
  }

  /// Ends a session, given its current refresh token or an earlier one.
  ///
  /// Throws `InvalidToken` if the token has been revoked.
  func end(_ claims: SessionIssuer.RefreshClaims) async throws {
    try await store.write { transaction in
      let tokens = transaction.refreshTokens
      guard let token = try tokens.token(claims.id), token.did == claims.did else {
        throw ComAtproto.Server.DeleteSession.Failure.invalidToken(message: Self.revoked)
      }
      try tokens.end(session: token.session, of: token.did)
    }
  }

  private static let revoked = "the token has been revoked"

  /// Starts a session, within a transaction.
  func start(
    of did: DID,
    _ grant: SessionGrant = .accountPassword,
    in transaction: any PDSTransaction
  ) throws -> SessionTokenPair {
    let now = currentSeconds()
    let id = issuer.newID()
    let token = RefreshToken(
      id: id,
      did: did,
      session: id,
      grant: grant,
      expiresAt: now + issuer.refreshLifetime
    )
    let tokens = transaction.refreshTokens
    try tokens.deleteExpired(of: did, at: now)
    try tokens.insert(token)
    return pair(token, at: now)
  }

  /// Returns the next tokens of a session, within a transaction. Returns nil if the refresh token
  /// has been revoked, or if the account was taken down when the session was opened, because such
  /// sessions cannot be refreshed.
  ///
  /// Within the grace period, a token that was already used returns the same successor, because the
  /// first response may have been lost.
  func rotate(
    _ claims: SessionIssuer.RefreshClaims,
    at now: Int = currentSeconds(),
    in transaction: any PDSTransaction
  ) throws -> SessionTokenPair? {
    let tokens = transaction.refreshTokens
    try tokens.deleteExpired(of: claims.did, at: now)
    guard let token = try tokens.token(claims.id), token.did == claims.did,
      token.grant.scope != .takendown
    else { return nil }
    if let nextID = token.nextID {
      return try tokens.token(nextID).map { next in pair(next, at: now) }
    }
    var next = token
    next.id = issuer.newID()
    next.expiresAt = now + issuer.refreshLifetime
    try tokens.insert(next)
    try tokens.replace(
      token.id,
      by: next.id,
      expiresAt: min(token.expiresAt, now + refreshGracePeriod)
    )
    return pair(next, at: now)
  }

  private func pair(_ token: RefreshToken, at seconds: Int) -> SessionTokenPair {
    SessionTokenPair(
      access: issuer.accessToken(for: token, at: seconds),
      refresh: issuer.refreshToken(for: token, at: seconds)
    )
  }
}

/// The two tokens of a session.
struct SessionTokenPair: Sendable {
  var access: String
  var refresh: String
}

extension XRPCServerError {
  static let badScope = invalidToken("the session is not authorized for this method")

  /// Status 400 rather than 401: deployed clients refresh a session on status 400 with
  /// `ExpiredToken`.
  init(sessionToken error: JWTError) {
    self = error.code == .expired ? .expiredToken : .invalidToken()
  }
}
