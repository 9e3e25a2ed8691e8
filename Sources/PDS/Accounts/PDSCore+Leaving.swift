import ATProtoSyntax
import XRPC

extension PDSCore {
  /// A directory lets operations be undone for so many seconds (did:plc specification, "Key Rotation
  /// & Account Recovery"); until then the server that had an account may be needed.
  static let recoveryPeriod = 72 * 3600

  /// Deletes the accounts whose owners left and wished so.
  func deleteLeftAccounts(at now: Int = currentSeconds()) async throws {
    let cutoff = now - Self.recoveryPeriod
    let dids = try await store.read { transaction in
      try transaction.accounts.left(deleteBefore: now, deactivatedBefore: cutoff, limit: 100)
    }
    for did in dids {
      try await deleteAccount(did) { transaction in
        // The owner may have come back in between.
        let deactivatedAt = try transaction.accounts.account(did)?.deactivatedAt
        guard let deactivatedAt, deactivatedAt < cutoff else {
          throw XRPCServerError.accountNotFound
        }
      }
    }
  }
}
