import ATProtoRepo
package import ATProtoSyntax

/// The accounts of a relay, as handlers see and change them.
package final class Accounts: Sendable {
  private let table: AccountTable
  private let intake: RelayIntake
  private let store: any RelayStore
  private let writer: LogWriter
  private let checkpoints: Checkpoints

  /// The maximum number of pages of the store to read for one page of active accounts.
  private static let maximumPages = 20

  package init(
    _ table: AccountTable,
    intake: RelayIntake,
    store: any RelayStore,
    writer: LogWriter,
    checkpoints: Checkpoints
  ) {
    self.table = table
    self.intake = intake
    self.store = store
    self.writer = writer
    self.checkpoints = checkpoints
  }

  /// An account as it is now, or nil if the relay does not know it.
  package func view(of did: DID) async throws -> AccountView? {
    try await table.row(of: did).map(AccountView.init)
  }

  /// The active accounts after one, in the order of their discovery.
  ///
  /// - Returns: at most `limit` accounts, and the last ID that was examined if there may be more.
  package func page(
    after id: AccountID?,
    limit: Int
  ) async throws -> (views: [AccountView], next: AccountID?) {
    try await refresh()
    var views: [AccountView] = []
    var last = id
    for _ in 0..<Self.maximumPages {
      let after = last
      // One more, to know whether there is another page.
      let rows = try await store.read { try $0.accounts.page(after: after, limit: limit + 1) }
      for row in rows {
        let view = AccountView(table.current(row))
        guard view.visible.isActive else {
          last = row.id
          continue
        }
        if views.count == limit { return (views, last) }
        views.append(view)
        last = row.id
      }
      if rows.count <= limit { return (views, nil) }
    }
    return (views, last)
  }

  // MARK: Takedowns

  /// Takes an account down: its repository is not served and its commits are not passed on. Returns
  /// when the decision is durable.
  package func takeDown(_ did: DID) async throws(AccountsError) {
    try await decide(.takendown, did)
  }

  /// Lifts a takedown.
  package func reverseTakedown(_ did: DID) async throws(AccountsError) {
    try await decide(.active, did)
  }

  /// The accounts that are taken down, after one, in the order of their discovery.
  package func takedowns(
    after id: AccountID?,
    limit: Int
  ) async throws -> (dids: [DID], next: AccountID?) {
    try await writer.drain()
    let rows = try await store.read { try $0.accounts.takenDown(after: id, limit: limit + 1) }
    let page = rows.prefix(limit)
    return (page.map(\.did), rows.count > limit ? page.last?.id : nil)
  }

  private func decide(_ status: LocalStatus, _ did: DID) async throws(AccountsError) {
    let result = await withCheckedContinuation { continuation in
      intake.submit(.decision(status) { continuation.resume(returning: $0) }, for: did)
    }
    switch result {
    case .stored: break
    case .unknownAccount: throw AccountsError(.notFound, "cannot find \(did)")
    case .stopped: throw AccountsError(.stopped, "cannot change \(did): the relay is stopping")
    }
  }

  // MARK: Limits

  /// Admits accounts of a host whose limit has become higher, the oldest first. A lower limit changes
  /// nothing. ``HostCounts/register(_:name:limit:)`` comes first.
  package func limitChanged(of host: HostID) async {
    try? await intake.readmit(on: host)
  }

  /// Lets the store catch up with new accounts.
  private func refresh() async throws {
    if checkpoints.age > .milliseconds(100) { try await checkpoints.flush() }
  }
}

extension AccountTable {
  /// The account as it is in memory, or nil if it is not there.
  fileprivate func current(_ row: AccountRow) -> AccountRow {
    withShard(lane(of: row.did.string)) { $0.peek(row.did) } ?? row
  }
}
