import Synchronization

/// Limits how many pieces of work run at once. The others wait in the order in which they arrive.
package final class AsyncSemaphore: Sendable {
  private struct State {
    var free: Int
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  private let state: Mutex<State>

  /// - Parameter count: the number of pieces of work that may run at once.
  package init(_ count: Int) {
    state = Mutex(State(free: count))
  }

  /// Runs `work` as soon as fewer than the permitted number are running.
  package func run<Value>(_ work: () async throws -> Value) async rethrows -> Value {
    await acquire()
    defer { release() }
    return try await work()
  }

  private func acquire() async {
    await withCheckedContinuation { continuation in
      let isFree = state.withLock { state in
        guard state.free > 0 else {
          state.waiting.append(continuation)
          return false
        }
        state.free -= 1
        return true
      }
      if isFree { continuation.resume() }
    }
  }

  private func release() {
    let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
      guard !state.waiting.isEmpty else {
        state.free += 1
        return nil
      }
      return state.waiting.removeFirst()
    }
    next?.resume()
  }
}
