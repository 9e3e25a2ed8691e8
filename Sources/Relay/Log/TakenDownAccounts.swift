import Synchronization

/// The accounts that are taken down at the moment: their repositories are left out of replays.
package final class TakenDownAccounts: Sendable {
  private let accounts: Mutex<Set<AccountID>>

  package init(_ accounts: Set<AccountID> = []) {
    self.accounts = Mutex(accounts)
  }

  /// Reads the accounts from the store.
  package convenience init(_ store: any RelayStore) async throws {
    var all: Set<AccountID> = []
    var last: AccountID?
    repeat {
      let after = last
      let page = try await store.read { transaction in
        try transaction.accounts.takenDown(after: after, limit: 10_000).map(\.id)
      }
      all.formUnion(page)
      last = page.last
    } while last != nil
    self.init(all)
  }

  func note(_ rows: some Sequence<AccountRow>) {
    accounts.withLock { accounts in
      for row in rows {
        if row.local == .takendown {
          accounts.insert(row.id)
        } else if !accounts.isEmpty {
          accounts.remove(row.id)
        }
      }
    }
  }

  package var all: Set<AccountID> { accounts.withLock { $0 } }
}
