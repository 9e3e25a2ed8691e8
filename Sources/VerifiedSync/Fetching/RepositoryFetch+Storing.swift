import ATProtoRepo
import ATProtoSyntax

// Storing the changes of a repository that has been verified.

extension RepositoryFetch {
  /// The maximum number of records to store at once.
  private static let batch = 500
  /// The same in bytes.
  private static let batchBytes = 4 << 20

  func save(_ repository: FetchedRepository) async throws {
    if environment.store.keepsRecords {
      guard repository.count > 0 else { return }
      var changes = SyncChanges()
      changes.fetched = repository
      try await apply(&changes)
      return
    }
    var changes = SyncChanges()
    var bytes = 0
    var iterator = repository.makeIterator()
    while var change = try iterator.next() {
      bytes += change.block?.count ?? 0
      change.block = nil
      changes.events.append(.record(change))
      changes.records.append(
        .init(
          did: repository.did,
          path: "\(change.collection.string)/\(change.recordKey.string)",
          cid: change.cid
        )
      )
      if changes.events.count >= Self.batch || bytes >= Self.batchBytes {
        try await apply(&changes)
        bytes = 0
      }
    }
    if !changes.isEmpty { try await apply(&changes) }
  }

  private func apply(_ changes: inout SyncChanges) async throws {
    await environment.outbox.waitForRoom()
    try Task.checkCancellation()
    try await environment.outbox.apply(changes)
    changes = SyncChanges()
  }
}
