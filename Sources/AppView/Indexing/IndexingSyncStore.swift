import ATProtoRepo
import ATProtoSyntax
import LexiconIndex
import Synchronization
import VerifiedSync

/// Stores what verified sync finds in the index: one transaction has the effects of events, the
/// state of their repositories, and the position in the stream.
///
/// Plans are evaluated before a transaction begins, so that they do not hold up other writers; only
/// those of a repository that is too large for memory are evaluated while it is written.
struct IndexingSyncStore: SyncStore {
  /// The most records of a fetched repository that are in memory at once.
  private static let preparedRecords = 5_000
  /// The same in bytes.
  private static let preparedBytes = 16 << 20

  let store: any AppViewStore
  let plan: IndexPlan
  let updates: LiveUpdates
  /// Microseconds since the Unix epoch.
  let now: @Sendable () -> Int64

  var keepsRecords: Bool { true }

  func apply(_ changes: SyncChanges) async throws -> SyncChanges.Result {
    let now = now()
    if let fetched = changes.fetched {
      try await apply(fetched, changes, now)
      return SyncChanges.Result()
    }
    let records = prepare(changes)
    try await store.write { transaction in
      try transaction.syncWriting.apply(changes)
      for record in records { try record.apply(to: transaction.recordWriting, at: now) }
    }
    updates.publish(records, at: now)
    return SyncChanges.Result()
  }

  private func prepare(_ changes: SyncChanges) -> [PreparedRecord] {
    let cleared = Set(changes.cleared)
    // Of accounts whose records are erased, only those that were written afterwards are kept.
    let kept = cleared.isEmpty ? [] : Set(changes.records.filter { cleared.contains($0.did) })
    return changes.events.compactMap { event in
      guard case .record(let change) = event else { return nil }
      if cleared.contains(change.did) {
        let path = "\(change.collection.string)/\(change.recordKey.string)"
        guard kept.contains(.init(did: change.did, path: path, cid: change.cid)) else { return nil }
      }
      return PreparedRecord(change, plan)
    }
  }

  // MARK: Fetched repositories

  /// The changes do not fit into memory.
  private struct TooLarge: Error {}

  private func apply(
    _ repository: FetchedRepository,
    _ changes: SyncChanges,
    _ now: Int64
  ) async throws {
    var changes = changes
    changes.fetched = nil
    if let records = try prepare(repository) {
      let isKnown = try await self.repository(repository.did)?.head != nil
      try await store.write { [changes] transaction in
        try transaction.syncWriting.apply(changes)
        for record in records { try record.apply(to: transaction.recordWriting, at: now) }
      }
      // Subscribers want changes, not the history of a repository that is new here.
      if isKnown { updates.publish(records, at: now) }
      return
    }
    // That takes minutes, which the end of the process does not wait for.
    let cancellation = Cancellation()
    try await withTaskCancellationHandler {
      try await store.write { [changes, plan] transaction in
        try transaction.syncWriting.apply(changes)
        let writing = transaction.recordWriting
        try repository.forEachChange { change in
          guard !cancellation.isRequested.load(ordering: .relaxed) else {
            throw CancellationError()
          }
          try PreparedRecord(change, plan).apply(to: writing, at: now)
        }
      }
    } onCancel: {
      cancellation.isRequested.store(true, ordering: .relaxed)
    }
  }

  /// A transaction runs outside of the task that waits for it.
  private final class Cancellation: Sendable {
    let isRequested = Atomic<Bool>(false)
  }

  /// Evaluates the plan for all changes; nil if they do not fit into memory.
  private func prepare(_ repository: FetchedRepository) throws -> [PreparedRecord]? {
    guard repository.count <= Self.preparedRecords else { return nil }
    var records: [PreparedRecord] = []
    var size = 0
    do {
      try repository.forEachChange { change in
        let record = PreparedRecord(change, plan)
        size += record.size
        guard size <= Self.preparedBytes else { throw TooLarge() }
        records.append(record)
      }
    } catch is TooLarge {
      return nil
    }
    return records
  }

  // MARK: Reading

  func repository(_ did: DID) async throws -> TrackedRepository? {
    try await store.read(deadline: nil) { try $0.sync.repository(did) }
  }

  func repositories(after did: DID?, limit: Int) async throws -> [TrackedRepository] {
    try await store.read(deadline: nil) { try $0.sync.repositories(after: did, limit: limit) }
  }

  func repositoriesToFetch(at now: SyncTime, limit: Int) async throws -> [TrackedRepository] {
    try await store.read(deadline: nil) { try $0.sync.repositoriesToFetch(at: now, limit: limit) }
  }

  func records(of did: DID, after path: String?, limit: Int) async throws -> [RecordVersion] {
    try await store.read(deadline: nil) {
      try $0.sync.records(of: did, after: path, limit: limit)
    }
  }

  func recordCount(of did: DID) async throws -> Int {
    try await store.read(deadline: nil) { try $0.sync.recordCount(of: did) }
  }

  /// Nothing is delivered, so there are no events.
  func events(after id: Int, limit: Int) async throws -> [SyncEvent] { [] }

  func events(
    of did: DID,
    after id: Int,
    through last: Int,
    limit: Int
  ) async throws -> [SyncEvent] {
    []
  }

  func cursor(of relay: String) async throws -> Int? {
    try await store.read(deadline: nil) { try $0.sync.cursor(of: relay) }
  }

  func counts() async throws -> SyncCounts {
    try await store.read(deadline: nil) { snapshot in
      SyncCounts(
        repositories: try snapshot.sync.phases().values.reduce(0, +),
        records: try snapshot.records.collectionCounts().reduce(0) { $0 + $1.records }
      )
    }
  }
}
