import ATProtoSyntax

/// Sessions, as the refresh tokens that are still good. The tokens themselves are not kept, only
/// their nonces.
protocol RefreshTokenStore {
  func insert(_ token: RefreshToken) throws
  func token(_ id: String) throws -> RefreshToken?
  /// Notes that `next` took the place of `id`, which goes on working until `expiresAt`.
  func replace(_ id: String, by next: String, expiresAt: Int) throws
  func deleteExpired(of did: DID, at seconds: Int) throws

  /// Whether a token of the session is still good.
  func isLive(session: String, of did: DID, at seconds: Int) throws -> Bool
  func end(session: String, of did: DID) throws
  func endSessions(of did: DID) throws
  func endSessions(of did: DID, appPassword name: String) throws
}

struct RefreshToken: Sendable {
  /// The nonce.
  var id: String
  var did: DID
  /// The same for all tokens that followed one another: the nonce of the first.
  var session: String
  var grant: SessionGrant
  /// Seconds since 1970.
  var expiresAt: Int
  var nextID: String?
}
