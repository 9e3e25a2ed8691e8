import Synchronization

/// The position in the stream up to which everything has been stored.
final class CursorProgress: Sendable {
  private struct State {
    var open: Set<Int> = []
    /// Events in order that are not older than the oldest open one.
    var received: ArraySlice<Int> = []
    var cursor: Int?
    /// Numbers of work because of which the position must not be saved.
    var holds: Set<Int> = []
    /// The highest position that was planned to be saved with the changes that lead to it.
    var planned: Int?

    /// Moves the position over events that are finished.
    mutating func advance() {
      while let first = received.first, !open.contains(first) {
        // After a reconnection, some events arrive a second time.
        cursor = max(cursor ?? first, first)
        received.removeFirst()
      }
    }
  }

  private let state = Mutex(State())

  /// Where the stream continues after a reconnection.
  var cursor: Int? { state.withLock { $0.cursor } }

  /// The position to save: after a restart, the stream continues there. Nil while it must not be
  /// saved, because a restart would lose the knowledge that repositories have to be checked.
  var savedCursor: Int? { state.withLock { $0.holds.isEmpty ? $0.cursor : nil } }

  func begin(_ sequence: Int) {
    state.withLock { state in
      state.open.insert(sequence)
      state.received.append(sequence)
    }
  }

  /// Keeps the position from being saved until ``release(_:)`` is called with this number.
  func hold(_ number: Int) {
    state.withLock { _ = $0.holds.insert(number) }
  }

  func release(_ number: Int) {
    state.withLock { _ = $0.holds.remove(number) }
  }

  func finish(_ sequences: [Int]) {
    state.withLock { state in
      state.open.subtract(sequences)
      state.advance()
    }
  }

  /// The position that is reached when these events are stored, to be stored with them; nil if it
  /// must not be saved or another one is as high.
  func plan(_ sequences: [Int]) -> Int? {
    state.withLock { state in
      guard state.holds.isEmpty else { return nil }
      let own = Set(sequences)
      var next = state.cursor
      for sequence in state.received {
        if state.open.contains(sequence), !own.contains(sequence) { break }
        next = max(next ?? sequence, sequence)
      }
      guard let cursor = next, cursor > state.planned ?? -1 else { return nil }
      state.planned = cursor
      return cursor
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
    state.withLock { $0 = State(cursor: cursor, holds: $0.holds) }
  }
}
