import Synchronization

/// Stores a subscriber's cursor within a second, whether or not more events arrive.
final class CursorKeeper: Sendable {
  private struct State {
    var processed: Int?
    var kept: Int?
    var isScheduled = false
    /// The save that was started last.
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

  /// Stores the cursor within a second.
  ///
  /// - Throws: an error of the store since the last call.
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
    // This task outlives the stream's reader: events that were taken from the loop have been
    // processed.
    Task {
      try? await Task.sleep(for: Self.delay)
      self.state.withLock { $0.isScheduled = false }
      await self.save().value
    }
  }

  /// Stores the cursor now.
  ///
  /// - Throws: an error of the store, now or since the last call.
  func keepNow() async throws {
    await save().value
    if let failure = state.withLock({ $0.failure }) { throw failure }
  }

  /// Saves run one after the other, so that an older cursor is not stored last, and continue if the
  /// reader is canceled.
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
