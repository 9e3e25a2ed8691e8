import ATProtoCrypto
import ATProtoIdentity
import ATProtoSyntax
import XRPC
import XRPCServer

extension PDSCore {
  /// Throws `InvalidRequest` for a password that is too short, or so long that it costs too much.
  func hashNewPassword(_ password: String) async throws -> PasswordHash {
    guard PasswordHasher.lengths.contains(password.utf8.count) else {
      throw XRPCServerError.invalidRequest("a password has 8 to 256 bytes")
    }
    return try await passwords.hash(password)
  }

  /// Sets a new password, which ends all sessions.
  func setPassword(
    _ hash: PasswordHash,
    of did: DID,
    in transaction: any PDSTransaction
  ) throws {
    try transaction.accounts.setPassword(hash, of: did)
    try transaction.mailTokens.remove(.resetPassword, of: did)
    try transaction.refreshTokens.endSessions(of: did)
  }

  /// Sets another e-mail address, not confirmed yet; tokens that went to the one before are void.
  func setEmail(_ email: String, of did: DID, in transaction: any PDSTransaction) throws {
    guard AccountApplication.isPlausible(email), (try? MailAddress(email)) != nil else {
      throw XRPCServerError.invalidRequest("a valid e-mail address is required")
    }
    if let other = try transaction.accounts.account(email: email), other.did != did {
      throw XRPCServerError.invalidRequest("the e-mail address is in use")
    }
    try transaction.accounts.setEmail(email, of: did)
    try transaction.mailTokens.removeAll(of: did)
  }

  /// Deletes an account with its repository, blobs, sessions and events, and tells so.
  ///
  /// - Parameter check: called first, within the transaction; where it throws nothing happens.
  func deleteAccount(
    _ did: DID,
    _ check: @escaping @Sendable (any PDSTransaction) throws -> Void = { _ in }
  ) async throws {
    let (handle, blobs) = try await store.write { transaction in
      guard let handle = try transaction.accounts.account(did)?.handle else {
        throw XRPCServerError.accountNotFound
      }
      try check(transaction)
      try transaction.invites.disable([], of: [did.string])
      // The last event stays in any case, so this one comes first.
      try transaction.sequence.append(.account(did, .deleted))
      let blobs = try transaction.removeData(of: did)
      try transaction.accounts.remove(did)
      return (handle, blobs)
    }
    await identities.purge(did, handle: handle)
    try await removeFiles(blobs)
  }
}
