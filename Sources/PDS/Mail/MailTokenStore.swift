package import ATProtoSyntax

/// The tokens that were sent by email: at most one for each account and purpose.
package protocol MailTokenStore {
  /// Stores a token in place of the previous one.
  func set(_ entry: MailTokenEntry, _ purpose: MailTokenPurpose) throws
  func entry(_ purpose: MailTokenPurpose, of did: DID) throws -> MailTokenEntry?
  func entry(_ purpose: MailTokenPurpose, hash: [UInt8]) throws -> MailTokenEntry?
  func remove(_ purpose: MailTokenPurpose, of did: DID) throws
  func removeAll(of did: DID) throws
}

package struct MailTokenEntry: Sendable {
  package var did: DID
  package var hash: [UInt8]
  /// Seconds since 1970.
  package var expiresAt: Int

  package init(did: DID, hash: [UInt8], expiresAt: Int) {
    self.did = did
    self.hash = hash
    self.expiresAt = expiresAt
  }
}
