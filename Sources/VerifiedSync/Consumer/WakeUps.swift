import Synchronization

/// Wakes tasks that wait for a change. Wake-ups carry no values and may be merged.
final class WakeUps: Sendable {
  private struct State {
    var waiters: [Int: AsyncStream<Void>.Continuation] = [:]
    var lastKey = 0
    var hasEnded = false
  }

  private let state = Mutex(State())

  func notify() {
    for waiter in state.withLock({ Array($0.waiters.values) }) { waiter.yield() }
  }

  /// Ends all streams, including later ones.
  func end() {
    let waiters = state.withLock { state in
      state.hasEnded = true
      defer { state.waiters = [:] }
      return Array(state.waiters.values)
    }
    for waiter in waiters { waiter.finish() }
  }

  /// A stream with an element after each later ``notify()``; those that were not taken are merged.
  func stream() -> AsyncStream<Void> {
    let (stream, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    let key = state.withLock { state -> Int? in
      guard !state.hasEnded else { return nil }
      state.lastKey += 1
      state.waiters[state.lastKey] = continuation
      return state.lastKey
    }
    guard let key else {
      continuation.finish()
      return stream
    }
    continuation.onTermination = { [weak self] _ in
      _ = self?.state.withLock { $0.waiters.removeValue(forKey: key) }
    }
    return stream
  }
}
