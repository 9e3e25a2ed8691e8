import Synchronization

/// The events of one host that are under way: a few are being verified, and more may wait for
/// something that takes a long time. The host's socket is not read while the window is full.
final class HostWindow: Sendable {
  private struct State {
    var open = 0
    var parked = 0
    /// The task that waits, and the number of its call.
    var waiter: (call: Int, continuation: CheckedContinuation<Bool, Never>)?
    var calls = 0

    func hasPlace(_ window: HostWindow) -> Bool {
      open < window.concurrency && parked < window.maximumParked
    }
  }

  private let concurrency: Int
  private let maximumParked: Int
  private let state = Mutex(State())

  init(concurrency: Int, maximumParked: Int = 1024) {
    self.concurrency = max(1, concurrency)
    self.maximumParked = maximumParked
  }

  /// The number of events under way.
  var count: Int { state.withLock { $0.open + $0.parked } }

  /// Takes a place, after a wait if necessary. Only one task may do so at a time.
  ///
  /// - Throws: `CancellationError` if the task is canceled; then no place is taken.
  func acquire() async throws {
    let call = state.withLock { state in
      state.calls += 1
      return state.calls
    }
    let isTaken = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isTaken = state.withLock { state -> Bool? in
          guard !Task.isCancelled else { return false }
          if state.hasPlace(self) {
            state.open += 1
            return true
          }
          state.waiter = (call, continuation)
          return nil
        }
        if let isTaken { continuation.resume(returning: isTaken) }
      }
    } onCancel: {
      // A canceled task may come here after its successor has begun to wait.
      let waiter = state.withLock { $0.waiter?.call == call ? $0.waiter.take() : nil }
      waiter?.continuation.resume(returning: false)
    }
    if !isTaken { throw CancellationError() }
  }

  /// Takes a place if there is one.
  func tryAcquire() -> Bool {
    state.withLock { state in
      guard state.hasPlace(self) else { return false }
      state.open += 1
      return true
    }
  }

  /// Gives up a place, but keeps the event.
  func park() {
    change { state in
      state.open -= 1
      state.parked += 1
    }
  }

  /// Records the end of an event.
  func release(wasParked: Bool) {
    change { state in
      if wasParked { state.parked -= 1 } else { state.open -= 1 }
    }
  }

  private func change(_ body: (inout State) -> Void) {
    let waiter = state.withLock { state in
      body(&state)
      guard state.waiter != nil, state.hasPlace(self) else {
        return nil as CheckedContinuation<Bool, Never>?
      }
      state.open += 1
      return state.waiter.take()?.continuation
    }
    waiter?.resume(returning: true)
  }
}
