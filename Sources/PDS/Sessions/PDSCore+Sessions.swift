import ATProtoCrypto
import ATProtoSyntax
import XRPC

/// The two tokens of a session.
struct SessionTokenPair: Sendable {
  var access: String
  var refresh: String
}

extension PDSCore {
  /// The account whose access token the request carries.
  func authenticated(_ context: XRPCContext) async throws -> Account {
    let token = try bearerToken(context)
    let did: DID
    do throws(JWTError) {
      did = try sessions.accessClaims(token, at: currentSeconds())
    } catch {
      throw UnknownFailure(error)
    }
    let account = try await store.read { transaction in try transaction.accounts.account(did) }
    guard let account else { throw UnknownFailure.invalidToken }
    return account
  }

  /// The refresh token that the request carries; whether it was revoked is not looked up yet.
  func refreshClaims(_ context: XRPCContext) throws -> SessionIssuer.RefreshClaims {
    let token = try bearerToken(context)
    do throws(JWTError) {
      return try sessions.refreshClaims(token, at: currentSeconds())
    } catch {
      throw UnknownFailure(error)
    }
  }

  private func bearerToken(_ context: XRPCContext) throws -> String {
    guard case .bearer(let token)? = context.authorization else {
      throw XRPCServerError.authenticationRequired(name: "AuthMissing")
    }
    return token
  }

  /// A new session, within a transaction.
  func startSession(of did: DID, in transaction: any PDSTransaction) throws -> SessionTokenPair {
    let now = currentSeconds()
    let id = sessions.newID()
    let expiresAt = now + sessions.refreshLifetime
    let table = transaction.refreshTokens
    try table.deleteExpired(of: did, at: now)
    try table.insert(id, did, expiresAt: expiresAt)
    return pair(did, id, expiresAt: expiresAt, at: now)
  }

  /// The next tokens of a session, within a transaction; nil where the token shown was revoked.
  func continueSession(
    _ claims: SessionIssuer.RefreshClaims,
    in transaction: any PDSTransaction
  ) throws -> SessionTokenPair? {
    let now = currentSeconds()
    let table = transaction.refreshTokens
    try table.deleteExpired(of: claims.did, at: now)
    guard let entry = try table.entry(claims.id), entry.did == claims.did else { return nil }
    if let nextID = entry.nextID {
      // The first answer may have been lost: the same successor again, if that is still good.
      guard let next = try table.entry(nextID) else { return nil }
      return pair(claims.did, nextID, expiresAt: next.expiresAt, at: now)
    }
    let id = sessions.newID()
    let expiresAt = now + sessions.refreshLifetime
    try table.insert(id, claims.did, expiresAt: expiresAt)
    try table.replace(
      claims.id,
      by: id,
      expiresAt: min(entry.expiresAt, now + configuration.refreshGracePeriod)
    )
    return pair(claims.did, id, expiresAt: expiresAt, at: now)
  }

  private func pair(
    _ did: DID,
    _ id: String,
    expiresAt: Int,
    at seconds: Int
  ) -> SessionTokenPair {
    SessionTokenPair(
      access: sessions.accessToken(for: did, at: seconds),
      refresh: sessions.refreshToken(for: did, id: id, expiresAt: expiresAt, at: seconds)
    )
  }
}

extension UnknownFailure {
  /// Deployed clients renew a session on status 400 with `ExpiredToken`, so these are no 401.
  init(_ error: JWTError) {
    self =
      error.code == .expired
      ? UnknownFailure(XRPCErrorBody(name: "ExpiredToken", message: "the token has expired"))
      : .invalidToken
  }

  static let invalidToken = UnknownFailure(
    XRPCErrorBody(name: "InvalidToken", message: "the token is not valid here")
  )
}
