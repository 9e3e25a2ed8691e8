import ATProtoCrypto
import ATProtoSyntax
import ServiceKit
import XRPC
import XRPCServer

/// Tokens that are emailed to account owners and prove that they control the account's email.
struct MailTokens: Sendable {
  let store: any PDSStore
  let mailer: Mailer
  /// Names the server in the email.
  let hostname: String

  /// Throws ``ServiceError/Code/configuration`` if the sender's email is not valid.
  init(_ store: any PDSStore, _ configuration: PDSConfiguration) throws {
    self.store = store
    mailer = try Mailer(configuration)
    hostname = configuration.hostname
  }

  /// Emails a token to the account's owner. An earlier token for the same purpose becomes invalid.
  ///
  /// Throws `InvalidRequest` if the server cannot send mail.
  func send(_ purpose: MailTokenPurpose, to account: Account) async throws {
    let token = MailToken.make()
    let entry = MailTokenEntry(
      did: account.did,
      hash: MailToken(token, purpose).hash,
      expiresAt: currentSeconds() + MailToken.lifetime
    )
    let mail = MailContent(
      purpose,
      token: token,
      handle: account.handle,
      server: hostname
    )
    try mailer.check()
    try await store.write { transaction in try transaction.mailTokens.set(entry, purpose) }
    try await mailer.send(mail, to: account.email)
  }

  /// Redeems a token, within the transaction that makes the change it authorizes.
  ///
  /// Throws `InvalidToken` or `ExpiredToken`.
  ///
  /// - Parameter text: as the owner typed it; case and white space do not matter.
  func redeem(
    _ text: String,
    for purpose: MailTokenPurpose,
    of did: DID,
    in transaction: any PDSTransaction
  ) throws {
    let entry = try transaction.mailTokens.entry(purpose, of: did)
    guard let entry, ConstantTime.areEqual(entry.hash, MailToken(text, purpose).hash) else {
      throw XRPCServerError.invalidToken("the token is not valid")
    }
    try entry.checkExpiry()
    try transaction.mailTokens.remove(purpose, of: did)
  }

  /// Redeems a token without making any other change.
  func redeem(_ text: String, for purpose: MailTokenPurpose, of did: DID) async throws {
    try await store.write { transaction in
      try redeem(text, for: purpose, of: did, in: transaction)
    }
  }

  /// Returns the account to which a token was emailed. The token is not redeemed.
  ///
  /// Throws `InvalidToken` or `ExpiredToken`.
  func owner(of text: String, for purpose: MailTokenPurpose) async throws -> DID {
    let hash = MailToken(text, purpose).hash
    return try await store.read { transaction in
      guard let entry = try transaction.mailTokens.entry(purpose, hash: hash) else {
        throw XRPCServerError.invalidToken("the token is not valid")
      }
      try entry.checkExpiry()
      return entry.did
    }
  }
}

extension MailTokenEntry {
  fileprivate func checkExpiry() throws(XRPCServerError) {
    if expiresAt <= currentSeconds() { throw .expiredToken }
  }
}
