import Synchronization

/// Wakes everything that waits for new events of a log.
///
/// A wake-up does not carry an event: whoever is woken reads the log from its own position. So
/// wake-ups may be merged, and an extra one does no harm.
public final class EventSignal: Sendable {
  private struct State {
    var waiters: [Int: AsyncStream<Void>.Continuation] = [:]
    var lastKey = 0
  }

  private let state = Mutex(State())

  public init() {}

  deinit {
    for waiter in state.withLock({ $0.waiters.values }) { waiter.finish() }
  }

  /// Wakes all waiters. Call it after the events can be read, never before.
  public func notify() {
    for waiter in state.withLock({ Array($0.waiters.values) }) { waiter.yield() }
  }

  /// A stream with an element for each ``notify()`` after this call; elements that the reader has
  /// not taken yet are merged into one. It ends with the signal.
  public func wakeUps() -> AsyncStream<Void> {
    let (stream, continuation) = AsyncStream<Void>.makeStream(
      bufferingPolicy: .bufferingNewest(1)
    )
    let key = state.withLock { state in
      state.lastKey += 1
      state.waiters[state.lastKey] = continuation
      return state.lastKey
    }
    continuation.onTermination = { [weak self] _ in
      _ = self?.state.withLock { $0.waiters.removeValue(forKey: key) }
    }
    return stream
  }
}
