import Dispatch
import Synchronization

/// Runs calls that block their thread, such as those of the C library's resolver, on their own
/// threads: the cooperative pool has only one thread per core.
package final class BlockingCalls: Sendable {
  private let maximum: Int
  private let count = Mutex(0)

  /// - Parameter maximum: the most calls at a time. Further calls are refused, because a blocked
  ///   thread cannot be interrupted.
  package init(maximum: Int) {
    self.maximum = maximum
  }

  /// Runs `work` on its own thread.
  ///
  /// - Returns: nil after `limit`, if the task is canceled, or if too many calls are under way. The
  ///   call itself then continues, and its result is dropped.
  package func perform<Value: Sendable>(
    within limit: Duration,
    _ work: @escaping @Sendable () -> Value
  ) async -> Value? {
    let isFull = count.withLock { count in
      if count >= maximum { return true }
      count += 1
      return false
    }
    if isFull { return nil }
    let race = Race<Value>()
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        race.start(continuation)
        // One queue per call, so that a blocked call does not delay others.
        DispatchQueue(label: "blocking call").async { [self] in
          let value = work()
          count.withLock { $0 -= 1 }
          race.finish(value)
        }
        DispatchQueue.global().asyncAfter(deadline: .now() + limit.seconds) { race.finish(nil) }
      }
    } onCancel: {
      race.finish(nil)
    }
  }
}

/// Resumes a continuation with the first of several values.
private final class Race<Value: Sendable>: Sendable {
  private enum State {
    case waiting
    case started(CheckedContinuation<Value?, Never>)
    case finished
  }

  private let state = Mutex(State.waiting)

  func start(_ continuation: CheckedContinuation<Value?, Never>) {
    let isCancelled = state.withLock { state in
      // The task may already have been canceled.
      if case .finished = state { return true }
      state = .started(continuation)
      return false
    }
    if isCancelled { continuation.resume(returning: nil) }
  }

  func finish(_ value: Value?) {
    let continuation = state.withLock { state in
      defer { state = .finished }
      if case .started(let continuation) = state { return Optional(continuation) }
      return nil
    }
    continuation?.resume(returning: value)
  }
}

extension Duration {
  package var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
