package import ATProtoSyntax
import Synchronization

/// The accounts that the relay knows: as many in memory as the capacity allows, and the others in
/// the store.
///
/// Accounts are divided by DID among lanes, each of which changes only its own. Any thread may
/// read.
package final class AccountTable: Sendable {
  private let shards: [AccountShardBox]
  private let store: any RelayStore
  private let lastID: Atomic<UInt32>
  /// Whether all accounts were created by this process.
  private let wasEmpty: Bool

  /// - Parameters:
  ///   - lanes: the number of shards.
  ///   - nextID: the ID of the next new account.
  package init(lanes: Int, capacity: CacheCapacity, store: any RelayStore, nextID: AccountID) {
    let limit = max(1, capacity.accounts / max(lanes, 1))
    shards = (0..<max(lanes, 1)).map { _ in AccountShardBox(AccountShard(limit: limit)) }
    self.store = store
    lastID = Atomic(nextID.rawValue - 1)
    wasEmpty = nextID.rawValue <= 1
  }

  package var laneCount: Int { shards.count }

  /// The lane of an account. Any text maps to one.
  package func lane(of did: String) -> Int {
    Int(UInt(bitPattern: did.hashValue) % UInt(shards.count))
  }

  /// The accounts in memory.
  package var residentCount: Int {
    shards.reduce(0) { $0 + $1.shard.withLock(\.count) }
  }

  /// Returns an account as it is now.
  package func row(of did: DID) async throws -> AccountRow? {
    if let known = withShard(lane(of: did.string), { $0.peek(did) }) { return known }
    if isComplete(lane(of: did.string)) { return nil }
    return try await store.read { try $0.accounts.row(of: did) }
  }

  /// Records that accounts have been stored as of these changes. Accounts without later changes may
  /// be evicted.
  package func stored(_ rows: [StoredRow]) {
    for (lane, rows) in Dictionary(grouping: rows, by: { lane(of: $0.did.string) }) {
      withShard(lane) { shard in
        for row in rows { shard.stored(row) }
      }
    }
  }

  /// Reads accounts that are not in memory.
  func storedRows(of dids: [DID]) async throws -> [DID: AccountRow] {
    try await store.read { transaction in
      var rows: [DID: AccountRow] = [:]
      for did in dids { rows[did] = try transaction.accounts.row(of: did) }
      return rows
    }
  }

  func withShard<Value>(_ lane: Int, _ body: (inout AccountShard) throws -> Value) rethrows -> Value
  {
    try shards[lane].shard.withLock { try body(&$0) }
  }

  /// Whether an account that is not in memory does not exist.
  func isComplete(_ lane: Int) -> Bool {
    wasEmpty && withShard(lane) { !$0.hasEvicted }
  }

  /// Returns the ID of a new account.
  func newID() -> AccountID {
    AccountID(rawValue: lastID.add(1, ordering: .relaxed).newValue)
  }
}

/// A lock is not copyable, so an array cannot hold it.
private final class AccountShardBox: Sendable {
  let shard: Mutex<AccountShard>

  init(_ shard: AccountShard) {
    self.shard = Mutex(shard)
  }
}

extension CacheCapacity {
  /// The number of accounts.
  var accounts: Int {
    switch self {
    case .entries(let count): count
    case .bytes(let bytes): bytes / AccountShard.bytesPerAccount
    }
  }
}
