package import ATProtoSyntax

/// Sessions, stored as the nonces of their valid refresh tokens.
package protocol RefreshTokenStore {
  /// Adds a token. Throws if a token with the same nonce exists.
  func insert(_ token: RefreshToken) throws
  func token(_ id: String) throws -> RefreshToken?
  /// Records that `next` replaces `id`, which stays valid until `expiresAt` (seconds since 1970).
  func replace(_ id: String, by next: String, expiresAt: Int) throws
  /// Removes the account's tokens that expire at or before `seconds` since 1970.
  func deleteExpired(of did: DID, at seconds: Int) throws

  /// Whether the session has a token that is valid at `seconds` since 1970.
  func isLive(session: String, of did: DID, at seconds: Int) throws -> Bool
  func end(session: String, of did: DID) throws
  func endSessions(of did: DID) throws
  func endSessions(of did: DID, appPassword name: String) throws
}

package struct RefreshToken: Sendable {
  /// The nonce.
  package var id: String
  package var did: DID
  /// The nonce of the first token of the session; shared by all its successors.
  package var session: String
  package var grant: SessionGrant
  /// Seconds since 1970.
  package var expiresAt: Int
  /// The nonce of the token that replaced this one.
  package var nextID: String?

  package init(
    id: String,
    did: DID,
    session: String,
    grant: SessionGrant,
    expiresAt: Int,
    nextID: String? = nil
  ) {
    self.id = id
    self.did = did
    self.session = session
    self.grant = grant
    self.expiresAt = expiresAt
    self.nextID = nextID
  }
}
