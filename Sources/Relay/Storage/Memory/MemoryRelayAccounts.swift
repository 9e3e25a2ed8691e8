import ATProtoRepo
import ATProtoSyntax

/// The rows of accounts, by ID and by DID.
struct MemoryAccountRows: Sendable {
  private(set) var rows: [AccountID: AccountRow] = [:]
  private var ids: [DID: AccountID] = [:]

  mutating func upsert(_ row: AccountRow, keepsIdentity: Bool) {
    var row = row
    if keepsIdentity, let old = rows[row.id] { row.identity = old.identity }
    rows[row.id] = row
    ids[row.did] = row.id
  }

  func row(of did: DID) -> AccountRow? {
    ids[did].flatMap { rows[$0] }
  }

  /// Rows that satisfy a condition, ordered by ID.
  func page(after id: AccountID?, limit: Int, _ condition: (AccountRow) -> Bool) -> [AccountRow] {
    let first = id.map { $0.rawValue + 1 } ?? 0
    return Array(
      rows.values.filter { $0.id.rawValue >= first && condition($0) }
        .sorted { $0.id < $1.id }
        .prefix(limit)
    )
  }
}

struct MemoryRelayAccounts: AccountStore {
  let transaction: MemoryRelayTransaction

  private var table: MemoryAccountRows { transaction.state.accounts }

  func upsert(_ rows: [AccountRow], keepsIdentity: Bool) throws {
    try transaction.change { state in
      for row in rows { state.accounts.upsert(row, keepsIdentity: keepsIdentity) }
    }
  }

  func row(of did: DID) -> AccountRow? { table.row(of: did) }

  func row(_ id: AccountID) -> AccountRow? { table.rows[id] }

  func page(after id: AccountID?, limit: Int) -> [AccountRow] {
    table.page(after: id, limit: limit) { _ in true }
  }

  func throttled(on host: HostID, limit: Int) -> [AccountRow] {
    table.page(after: nil, limit: limit) { $0.host == host && $0.local == .hostThrottled }
  }

  func takenDown(after id: AccountID?, limit: Int) -> [AccountRow] {
    table.page(after: id, limit: limit) { $0.local == .takendown }
  }

  func unsynchronized(after id: AccountID?, limit: Int) -> [AccountRow] {
    table.page(after: id, limit: limit) { $0.phase != .synchronized }
  }

  func liveCounts() -> [HostID: Int] {
    var counts: [HostID: Int] = [:]
    for row in table.rows.values where row.upstream.status != "deleted" {
      counts[row.host, default: 0] += 1
    }
    return counts
  }

  func throttledCounts() -> [HostID: Int] {
    var counts: [HostID: Int] = [:]
    for row in table.rows.values where row.local == .hostThrottled {
      counts[row.host, default: 0] += 1
    }
    return counts
  }

  func maximumID() -> AccountID? { table.rows.keys.max() }
}
