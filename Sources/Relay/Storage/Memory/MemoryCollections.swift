import ATProtoSyntax

/// The index of collections, in both directions.
struct MemoryCollectionIndex: Sendable {
  private(set) var accounts: [NSID: Set<AccountID>] = [:]
  private(set) var collections: [AccountID: Set<NSID>] = [:]

  mutating func insert(_ collection: NSID, _ account: AccountID) {
    accounts[collection, default: []].insert(account)
    collections[account, default: []].insert(collection)
  }

  mutating func remove(_ collection: NSID, _ account: AccountID) {
    accounts[collection]?.remove(account)
    collections[account]?.remove(collection)
  }
}

struct MemoryCollections: CollectionStore {
  let transaction: MemoryRelayTransaction

  private var index: MemoryCollectionIndex { transaction.state.collections }

  func add(_ account: AccountID, _ collections: [NSID]) throws {
    try transaction.change { state in
      for collection in collections { state.collections.insert(collection, account) }
    }
  }

  func remove(_ account: AccountID, _ collections: [NSID]) throws {
    try transaction.change { state in
      for collection in collections { state.collections.remove(collection, account) }
    }
  }

  func replace(_ account: AccountID, with collections: Set<NSID>) throws {
    let old = self.collections(of: account)
    try remove(account, Array(old.subtracting(collections)))
    try add(account, Array(collections.subtracting(old)))
  }

  func page(_ collection: NSID, after id: AccountID?, limit: Int) -> [AccountID] {
    let first = id.map { $0.rawValue + 1 } ?? 0
    return Array(
      (index.accounts[collection] ?? []).filter { $0.rawValue >= first }.sorted().prefix(limit)
    )
  }

  func collections(of account: AccountID) -> Set<NSID> {
    index.collections[account] ?? []
  }

  func counts(after collection: NSID?, limit: Int) -> [(collection: NSID, count: Int)] {
    index.accounts
      .filter { !$0.value.isEmpty && $0.key.string > collection?.string ?? "" }
      .sorted { $0.key.string < $1.key.string }
      .prefix(limit)
      .map { ($0.key, $0.value.count) }
  }
}
