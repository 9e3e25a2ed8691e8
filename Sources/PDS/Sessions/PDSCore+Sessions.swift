import ATProtoCrypto
import ATProtoSyntax
import XRPC
import XRPCServer

/// The two tokens of a session.
struct SessionTokenPair: Sendable {
  var access: String
  var refresh: String
}

extension PDSCore {
  /// The refresh token that the request carries; whether it was revoked is not looked up yet.
  func refreshClaims(_ context: XRPCContext) throws -> SessionIssuer.RefreshClaims {
    let token = try bearerToken(context)
    do throws(JWTError) {
      return try sessions.refreshClaims(token, at: currentSeconds())
    } catch {
      throw XRPCServerError(sessionToken: error)
    }
  }

  /// A new session, within a transaction.
  func startSession(
    of did: DID,
    _ grant: SessionGrant = .accountPassword,
    in transaction: any PDSTransaction
  ) throws -> SessionTokenPair {
    let now = currentSeconds()
    let id = sessions.newID()
    let token = RefreshToken(
      id: id,
      did: did,
      session: id,
      grant: grant,
      expiresAt: now + sessions.refreshLifetime
    )
    let tokens = transaction.refreshTokens
    try tokens.deleteExpired(of: did, at: now)
    try tokens.insert(token)
    return pair(token, at: now)
  }

  /// The next tokens of a session, within a transaction; nil where the token shown was revoked, or
  /// where the session was opened for an account that is taken down: that one is not renewed.
  func continueSession(
    _ claims: SessionIssuer.RefreshClaims,
    in transaction: any PDSTransaction
  ) throws -> SessionTokenPair? {
    let now = currentSeconds()
    let tokens = transaction.refreshTokens
    try tokens.deleteExpired(of: claims.did, at: now)
    guard let token = try tokens.token(claims.id), token.did == claims.did,
      token.grant.scope != .takendown
    else { return nil }
    if let nextID = token.nextID {
      // The first answer may have been lost: the same successor again, if that is still good.
      return try tokens.token(nextID).map { next in pair(next, at: now) }
    }
    var next = token
    next.id = sessions.newID()
    next.expiresAt = now + sessions.refreshLifetime
    try tokens.insert(next)
    try tokens.replace(
      token.id,
      by: next.id,
      expiresAt: min(token.expiresAt, now + configuration.refreshGracePeriod)
    )
    return pair(next, at: now)
  }

  private func pair(_ token: RefreshToken, at seconds: Int) -> SessionTokenPair {
    SessionTokenPair(
      access: sessions.accessToken(for: token, at: seconds),
      refresh: sessions.refreshToken(for: token, at: seconds)
    )
  }
}
