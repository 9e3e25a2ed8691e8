import ATProtoRepo
package import ATProtoSyntax

/// What the log changed and the store does not have yet.
struct PendingChanges: Sendable {
  private(set) var rows: [AccountID: AccountRow] = [:]
  private var collections: [AccountID: PendingCollections] = [:]
  /// The generations of changes whose last row is among ``rows``.
  private var generations: [AccountID: UInt64] = [:]
  var appliedSequence = 0

  init(appliedSequence: Int = 0) {
    self.appliedSequence = appliedSequence
  }

  var isEmpty: Bool { rows.isEmpty }

  /// What the store contains once these changes have been written.
  var storedRows: [StoredRow] {
    generations.compactMap { id, generation in
      rows[id].map { StoredRow(did: $0.did, generation: generation) }
    }
  }

  /// - Parameter generation: the generation of the change, if this is its last row.
  mutating func note(
    _ row: AccountRow,
    _ update: CollectionUpdate?,
    generation: UInt64? = nil
  ) {
    rows[row.id] = row
    generations[row.id] = generation
    if let update { collections[row.id, default: PendingCollections()].apply(update) }
  }

  /// These changes, and then others.
  func merging(_ later: PendingChanges) -> PendingChanges {
    var merged = self
    for (id, row) in later.rows {
      merged.rows[id] = row
      merged.generations[id] = later.generations[id]
    }
    merged.collections.merge(later.collections) { $0.merging($1) }
    merged.appliedSequence = max(appliedSequence, later.appliedSequence)
    return merged
  }

  /// - Parameter keepsIdentity: leaves the identities of accounts in the store as they are.
  func write(
    to transaction: any RelayTransaction,
    keepsIdentity: (AccountID) -> Bool = { _ in false }
  ) throws {
    // In the order of IDs, which is that of the table.
    let sorted = rows.values.sorted { $0.id < $1.id }
    try transaction.accounts.upsert(sorted.filter { !keepsIdentity($0.id) }, keepsIdentity: false)
    try transaction.accounts.upsert(sorted.filter { keepsIdentity($0.id) }, keepsIdentity: true)
    for (account, changes) in collections {
      if let all = changes.replacement {
        try transaction.collections.replace(account, with: all)
      }
      try transaction.collections.add(account, Array(changes.appeared))
      try transaction.collections.remove(account, Array(changes.vanished))
    }
    try transaction.checkpoint.setAppliedSequence(appliedSequence)
  }
}

/// An account that has been stored as of a change.
package struct StoredRow: Hashable, Sendable {
  package var did: DID
  /// Identifies the change; see `AccountShard`.
  package var generation: UInt64

  package init(did: DID, generation: UInt64) {
    self.did = did
    self.generation = generation
  }
}

/// Several updates of one account, as one.
struct PendingCollections: Hashable, Sendable {
  /// Comes first.
  private(set) var replacement: Set<NSID>?
  private(set) var appeared: Set<NSID> = []
  private(set) var vanished: Set<NSID> = []

  mutating func apply(_ update: CollectionUpdate) {
    switch update {
    case .changes(let changes):
      appeared.formUnion(changes.appeared)
      vanished.subtract(changes.appeared)
      vanished.formUnion(changes.vanished)
      appeared.subtract(changes.vanished)
    case .replacement(let all):
      replacement = all
      appeared = []
      vanished = []
    }
  }

  func merging(_ later: PendingCollections) -> PendingCollections {
    if later.replacement != nil { return later }
    var merged = self
    merged.apply(
      .changes(.init(appeared: later.appeared, vanished: later.vanished))
    )
    return merged
  }
}
