import ATProtoData
import ATProtoIdentity
import ATProtoSyntax
import Logging
import XRPC
import XRPCServer

/// Deletes accounts with their repositories, blobs, sessions and events.
struct AccountDeletion: Sendable {
  /// In seconds. A PLC directory allows a rotation key of higher authority to undo an operation for
  /// 72 hours (did:plc specification, "Key Rotation & Account Recovery"). During that time, the
  /// server from which an account has migrated may still be needed.
  static let recoveryPeriod = 72 * 3600

  let accounts: Accounts
  let blobs: Blobs
  let directory: any IdentityDirectory

  private var store: any PDSStore { accounts.store }

  /// Emails the token that ``delete(_:password:token:)`` requires.
  func requestToken(for account: Account) async throws {
    try await accounts.mailTokens.send(.deleteAccount, to: account)
  }

  /// Deletes an account at its owner's request. Requires the password as well as the token: neither
  /// a session nor access to the mailbox is sufficient.
  ///
  /// Throws a 401, `InvalidToken` or `ExpiredToken`.
  func delete(_ did: DID, password: String, token: String) async throws {
    let account = try await accounts.account(did)
    guard try await accounts.passwords.matches(password, account?.passwordHash) else {
      throw XRPCServerError.authenticationRequired("invalid DID or password")
    }
    try await delete(did) { transaction in
      try accounts.mailTokens.redeem(token, for: .deleteAccount, of: did, in: transaction)
    }
  }

  /// Deletes an account and appends an `#account` event.
  ///
  /// Throws `NotFound` if there is no such account.
  ///
  /// - Parameter check: called first, within the transaction; nothing is deleted if it throws.
  func delete(
    _ did: DID,
    _ check: @escaping @Sendable (any PDSTransaction) throws -> Void = { _ in }
  ) async throws {
    let (handle, cids) = try await store.write { transaction in
      guard let handle = try transaction.accounts.account(did)?.handle else {
        throw XRPCServerError.accountNotFound
      }
      try check(transaction)
      try transaction.invites.disable([], of: [did.string])
      // Removing an account's events keeps the newest event of the log, so this event is appended
      // first.
      try transaction.sequence.append(.account(did, .deleted))
      let cids = try transaction.removeData(of: did)
      try transaction.accounts.remove(did)
      return (handle, cids)
    }
    await directory.purge(did, handle: handle)
    try await blobs.lifecycle.delete(cids)
  }

  /// Deletes the accounts whose scheduled deletion is due. If an account cannot be deleted, the
  /// error is logged and the others are still deleted.
  ///
  /// - Parameter now: in seconds since 1970.
  func deleteScheduled(at now: Int = currentSeconds()) async throws {
    let cutoff = now - Self.recoveryPeriod
    let dids = try await store.read { transaction in
      try transaction.accounts.scheduledDeletions(
        deleteBefore: now,
        deactivatedBefore: cutoff,
        limit: 100
      )
    }
    for did in dids {
      do {
        try await delete(did) { transaction in
          // The owner may have activated the account since.
          let deactivatedAt = try transaction.accounts.account(did)?.deactivatedAt
          guard let deactivatedAt, deactivatedAt < cutoff else {
            throw XRPCServerError.accountNotFound
          }
        }
      } catch let error where error as? XRPCServerError != .accountNotFound {
        accounts.logger.error(
          "cannot delete an account whose deletion is due",
          metadata: ["did": "\(did)", "error": "\(error)"]
        )
      } catch {}
    }
  }
}

extension PDSTransaction {
  /// Removes all stored data of an account's repository and blobs, and the events about them: "the
  /// deleted account's data should be removed" (Account specification).
  ///
  /// - Returns: the blobs of the account. After the transaction is committed, pass them to
  ///   ``BlobLifecycle/delete(_:)``.
  func removeData(of did: DID) throws -> [CID] {
    try repositories.delete(did)
    let cids = try blobs.removeAll(of: did)
    try sequence.removeEvents(of: did)
    return cids
  }
}
