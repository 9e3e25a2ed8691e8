import ATProtoSyntax

/// Tokens that were sent by mail: one for each account and purpose.
protocol MailTokenStore {
  /// Takes the place of the one before.
  func set(_ entry: MailTokenEntry, _ purpose: MailTokenPurpose) throws
  func entry(_ purpose: MailTokenPurpose, of did: DID) throws -> MailTokenEntry?
  func entry(_ purpose: MailTokenPurpose, hash: [UInt8]) throws -> MailTokenEntry?
  func remove(_ purpose: MailTokenPurpose, of did: DID) throws
  func removeAll(of did: DID) throws
}

struct MailTokenEntry: Sendable {
  var did: DID
  var hash: [UInt8]
  /// Seconds since 1970.
  var expiresAt: Int
}
