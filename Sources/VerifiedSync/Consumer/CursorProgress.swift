import Synchronization

/// The position in the stream up to which everything has been stored.
final class CursorProgress: Sendable {
  private struct State {
    var open: Set<Int> = []
    /// Events in order that are not older than the oldest open one.
    var received: ArraySlice<Int> = []
    var cursor: Int?
  }

  private let state = Mutex(State())

  var cursor: Int? { state.withLock { $0.cursor } }

  func begin(_ sequence: Int) {
    state.withLock { state in
      state.open.insert(sequence)
      state.received.append(sequence)
    }
  }

  func finish(_ sequences: [Int]) {
    state.withLock { state in
      state.open.subtract(sequences)
      while let first = state.received.first, !state.open.contains(first) {
        // After a reconnection, some events arrive a second time. Negative numbers are marks.
        if first >= 0 { state.cursor = max(state.cursor ?? first, first) }
        state.received.removeFirst()
      }
    }
  }

  /// Sets the position if there is none. Other events may have been received, but not finished.
  func start(after sequence: Int) {
    state.withLock { state in
      if state.cursor == nil { state.cursor = max(0, sequence) }
    }
  }

  /// Forgets events that were received and not finished.
  func restart(at cursor: Int?) {
    state.withLock { $0 = State(cursor: cursor) }
  }
}
