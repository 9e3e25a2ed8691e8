public import ATProtoSyntax
package import LexiconIndex

/// Reads the index: records, links, and accounts that are visible.
public struct IndexReader: Sendable {
  package let store: any AppViewStore
  package let plan: IndexPlan
  private let timeout: Duration?

  /// - Parameter timeout: the longest duration of a read; nil for none.
  package init(store: any AppViewStore, plan: IndexPlan, timeout: Duration? = .seconds(5)) {
    self.store = store
    self.plan = plan
    self.timeout = timeout
  }

  /// Calls `body` with the state of the index at one moment: what it reads belongs together.
  ///
  /// `body` runs on a thread for reading, so it should only read. The state is not valid after it
  /// returns.
  public func read<Value: Sendable>(
    _ body: @escaping @Sendable (IndexState) throws -> Value
  ) async throws -> Value {
    try await read(deadline: timeout.map { ContinuousClock.now + $0 }, body)
  }

  /// The same, within a time of its own.
  ///
  /// - Throws: ``AppViewStoreError`` if it takes longer.
  package func read<Value: Sendable>(
    within duration: Duration,
    _ body: @escaping @Sendable (IndexState) throws -> Value
  ) async throws -> Value {
    let duration = timeout.map { min($0, duration) } ?? duration
    return try await read(deadline: ContinuousClock.now + duration, body)
  }

  private func read<Value: Sendable>(
    deadline: ContinuousClock.Instant?,
    _ body: @escaping @Sendable (IndexState) throws -> Value
  ) async throws -> Value {
    try await store.read(deadline: deadline) { [plan] snapshot in
      try body(IndexState(snapshot: snapshot, plan: plan))
    }
  }

  /// The collections with a lexicon.
  public var collections: [NSID] { plan.collections.map(\.collection) }
}
