package import ATProtoSyntax

/// A moderator's session on the review page. The browser has its token; the store only the token's
/// SHA-256.
package struct ReviewSession: Hashable, Sendable {
  package let did: DID
  /// Milliseconds since 1970.
  package let createdAt: Int
  /// Milliseconds since 1970.
  package let expiresAt: Int

  package init(did: DID, createdAt: Int, expiresAt: Int) {
    self.did = did
    self.createdAt = createdAt
    self.expiresAt = expiresAt
  }
}

/// The sessions of moderators on the review page, by the SHA-256 of their tokens.
package protocol ReviewSessionStore {
  /// Adds a session, or replaces the one with the same hash.
  func insert(_ session: ReviewSession, hash: [UInt8]) throws

  /// The session, expired or not.
  func session(_ hash: [UInt8]) throws -> ReviewSession?

  func remove(_ hash: [UInt8]) throws

  /// Removes the sessions that expire at `now` or earlier, in milliseconds since 1970.
  func removeExpired(at now: Int) throws
}
