import ATProtoCrypto
import ATProtoSyntax
import XRPC
import XRPCServer

extension PDSCore {
  /// Sends the account's owner a token; one for the same purpose that was sent before is void.
  ///
  /// Throws `InvalidRequest` where the server cannot send mail.
  func sendToken(_ purpose: MailTokenPurpose, to account: Account) async throws {
    let token = MailToken.make()
    let entry = MailTokenEntry(
      did: account.did,
      hash: MailToken(token, purpose).hash,
      expiresAt: currentSeconds() + MailToken.lifetime
    )
    let letter = MailContent(
      purpose,
      token: token,
      handle: account.handle,
      server: configuration.hostname
    )
    try postOffice.check()
    try await store.write { transaction in try transaction.mailTokens.set(entry, purpose) }
    try await postOffice.send(letter, to: account.email)
  }

  /// Uses a token up, within the transaction of what it allows.
  ///
  /// Throws `InvalidToken` or `ExpiredToken`.
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

  /// Whose token it is, where only the token is known; it is not used up.
  func owner(
    of text: String,
    for purpose: MailTokenPurpose,
    in transaction: any PDSTransaction
  ) throws -> DID {
    let hash = MailToken(text, purpose).hash
    guard let entry = try transaction.mailTokens.entry(purpose, hash: hash) else {
      throw XRPCServerError.invalidToken("the token is not valid")
    }
    try entry.checkExpiry()
    return entry.did
  }
}

extension MailTokenEntry {
  fileprivate func checkExpiry() throws(XRPCServerError) {
    if expiresAt <= currentSeconds() { throw .expiredToken }
  }
}
