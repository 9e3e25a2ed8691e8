import ATProtoRepo
import ATProtoSyntax
import LexiconIndex
import Synchronization
import VerifiedSync

/// Indexes stored records again when the plan of their collection has changed, a few at a time
/// while the app view serves and follows the network.
///
/// A note in the store has the last record of each collection, so that a restart continues there.
final class Reindexing: Sendable {
  private static let batch = 200
  private static let prefix = "reindex:"

  private struct State {
    /// The collections that are not finished, each with the last record that is.
    var remaining: [NSID: String] = [:]
  }

  private let store: any AppViewStore
  private let plan: IndexPlan
  private let state: Mutex<State>
  private let requests: AsyncStream<Void>
  private let requested: AsyncStream<Void>.Continuation

  /// Prepares all collections for the plan, before anything is served or indexed.
  init(_ store: any AppViewStore, _ plan: IndexPlan) throws {
    self.store = store
    self.plan = plan
    let remaining = try store.setUp { try Self.prepare($0, plan) }
    state = Mutex(State(remaining: remaining))
    (requests, requested) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  /// The collections whose typed queries may miss records.
  var collections: Set<NSID> { state.withLock { Set($0.remaining.keys) } }

  func contains(_ collection: NSID) -> Bool {
    state.withLock { $0.remaining[collection] != nil }
  }

  private static func prepare(
    _ transaction: any IndexTransaction,
    _ plan: IndexPlan
  ) throws -> [NSID: String] {
    let stored = try transaction.recordWriting.fingerprints()
    let hasRecords = Set(try transaction.records.collectionCounts().map(\.collection))
    var remaining: [NSID: String] = [:]
    for collection in plan.collections where stored[collection.collection] != collection.fingerprint
    {
      try begin(collection.collection, collection, transaction, hasRecords, &remaining)
    }
    for collection in stored.keys where plan[collection] == nil {
      try begin(collection, nil, transaction, hasRecords, &remaining)
    }
    let all = Set(plan.collections.map(\.collection)).union(stored.keys).union(hasRecords)
    for collection in all where remaining[collection] == nil {
      remaining[collection] = try transaction.sync.note(prefix + collection.string)
    }
    return remaining
  }

  private static func begin(
    _ collection: NSID,
    _ plan: CollectionPlan?,
    _ transaction: any IndexTransaction,
    _ hasRecords: Set<NSID>,
    _ remaining: inout [NSID: String]
  ) throws {
    try transaction.recordWriting.prepare(plan, for: collection)
    guard hasRecords.contains(collection) else { return }
    try transaction.syncWriting.setNote(prefix + collection.string, "")
    remaining[collection] = ""
  }

  /// Indexes the records of a collection again, although its plan is the same.
  func request(_ collection: NSID) async throws {
    try await store.write { transaction in
      try transaction.syncWriting.setNote(Self.prefix + collection.string, "")
    }
    state.withLock { $0.remaining[collection] = "" }
    requested.yield()
  }

  /// Returns if the task is canceled.
  ///
  /// - Parameter report: called with errors of the store, after which the operation is repeated.
  func run(_ report: @Sendable (any Error) -> Void) async {
    var iterator = requests.makeAsyncIterator()
    repeat {
      while !Task.isCancelled, let (collection, last) = next() {
        do {
          try await index(collection, after: last)
        } catch {
          guard !Task.isCancelled else { return }
          report(error)
          try? await Task.sleep(for: .seconds(1))
        }
      }
    } while await iterator.next() != nil
  }

  private func next() -> (NSID, String)? {
    state.withLock { state in
      state.remaining.min { $0.key.string < $1.key.string }.map { ($0.key, $0.value) }
    }
  }

  private func index(_ collection: NSID, after last: String) async throws {
    let next = try await store.write { [plan] transaction in
      let next = try transaction.recordWriting.reindex(
        collection,
        after: last.isEmpty ? nil : last,
        limit: Self.batch
      ) { plan.entries(of: $0, in: collection) }
      try transaction.syncWriting.setNote(Self.prefix + collection.string, next)
      return next
    }
    state.withLock { state in
      // It may have been requested again in the meantime.
      guard state.remaining[collection] == last else { return }
      state.remaining[collection] = next
    }
  }
}
