import Synchronization

/// Runs `operation` and cancels it after `timeout`.
///
/// Returns at once in the cases below, even if the operation does not notice that it was canceled;
/// async-http-client's operations do not always notice. The operation then continues in the
/// background.
///
/// - Returns: nil after `timeout`, or if the calling task is canceled.
package func withTimeout<Value: Sendable>(
  _ timeout: Duration,
  _ operation: @escaping @Sendable () async -> Value
) async -> Value? {
  let race = Race<Value>()
  let work = Task { race.finish(await operation()) }
  let alarm = Task {
    try? await Task.sleep(for: timeout)
    race.finish(nil)
  }
  defer {
    work.cancel()
    alarm.cancel()
  }
  return await withTaskCancellationHandler {
    await race.outcome()
  } onCancel: {
    race.finish(nil)
  }
}

/// Keeps the first of several outcomes.
private final class Race<Value: Sendable>: Sendable {
  private enum State {
    case running
    case awaited(CheckedContinuation<Value?, Never>)
    case finished(Value?)
  }

  private let state = Mutex(State.running)

  func finish(_ outcome: Value?) {
    let waiter = state.withLock { state -> CheckedContinuation<Value?, Never>? in
      switch state {
      case .running:
        state = .finished(outcome)
        return nil
      case .awaited(let waiter):
        state = .finished(outcome)
        return waiter
      case .finished:
        return nil
      }
    }
    waiter?.resume(returning: outcome)
  }

  func outcome() async -> Value? {
    await withCheckedContinuation { waiter in
      let outcome = state.withLock { state -> Value?? in
        if case .finished(let outcome) = state { return .some(outcome) }
        state = .awaited(waiter)
        return .none
      }
      if let outcome { waiter.resume(returning: outcome) }
    }
  }
}

extension Result where Success: Sendable {
  /// Runs an asynchronous operation and captures its outcome.
  package init(_ operation: () async throws(Failure) -> Success) async {
    do throws(Failure) {
      self = .success(try await operation())
    } catch {
      self = .failure(error)
    }
  }
}
