import ATProtoSyntax
import Logging
import XRPC
import XRPCServer

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
      do {
        try await deleteAccount(did) { transaction in
          // The owner may have come back in between.
          let deactivatedAt = try transaction.accounts.account(did)?.deactivatedAt
          guard let deactivatedAt, deactivatedAt < cutoff else {
            throw XRPCServerError.accountNotFound
          }
        }
      } catch let error where error as? XRPCServerError != .accountNotFound {
        // The next ones are not to wait for it.
        logger.error(
          "an account that was left is still here",
          metadata: ["did": "\(did)", "error": "\(error)"]
        )
      } catch {}
    }
  }
}
