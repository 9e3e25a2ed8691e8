import Synchronization

/// Keeps how far a subscriber came, a second late at most, whether or not more events come.
final class CursorKeeper: Sendable {
  private struct State {
    var processed: Int?
    var kept: Int?
    var isScheduled = false
    /// The last one that was begun.
    var save: Task<Void, Never>?
    var failure: (any Error)?
  }

  private static let delay = Duration.seconds(1)

  private let store: any CursorStore
  private let state: Mutex<State>

  init(_ store: any CursorStore, kept: Int?) {
    self.store = store
    state = Mutex(State(processed: kept, kept: kept))
  }

  /// - Throws: what the store threw since the last time.
  func keepSoon(_ cursor: Int?) throws {
    let (isDue, failure) = state.withLock { state -> (Bool, (any Error)?) in
      state.processed = cursor
      guard state.failure == nil, cursor != state.kept, !state.isScheduled else {
        return (false, state.failure)
      }
      state.isScheduled = true
      return (true, nil)
    }
    if let failure { throw failure }
    guard isDue else { return }
    // It outlives the stream's reader: who leaves the loop has come as far as who goes on.
    Task {
      try? await Task.sleep(for: Self.delay)
      self.state.withLock { $0.isScheduled = false }
      await self.save().value
    }
  }

  /// - Throws: what the store threw, now or since the last time.
  func keepNow() async throws {
    await save().value
    if let failure = state.withLock({ $0.failure }) { throw failure }
  }

  /// One save after the other, so that an older one does not come last; none is cut short by the
  /// reader's cancellation.
  private func save() -> Task<Void, Never> {
    state.withLock { state in
      let former = state.save
      let save = Task {
        await former?.value
        await self.saveProcessed()
      }
      state.save = save
      return save
    }
  }

  private func saveProcessed() async {
    let due = state.withLock { state in
      state.failure == nil && state.processed != state.kept ? state.processed : nil
    }
    guard let due else { return }
    do {
      try await store.save(due)
      state.withLock { $0.kept = due }
    } catch {
      state.withLock { $0.failure = error }
    }
  }
}
