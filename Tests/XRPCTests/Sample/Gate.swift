import Synchronization

/// Handlers wait here until a test lets them continue; counts the arrivals.
final class Gate: Sendable {
  private struct State {
    var arrivals = 0
    var isOpen = false
    var waiting: [AsyncStream<Void>.Continuation] = []
  }

  private let state = Mutex(State())

  var arrivals: Int { state.withLock { $0.arrivals } }

  /// Waits until the gate is opened or the task is canceled.
  func pass() async throws {
    let (opening, continuation) = AsyncStream<Void>.makeStream()
    let isOpen = state.withLock { state in
      state.arrivals += 1
      if !state.isOpen { state.waiting.append(continuation) }
      return state.isOpen
    }
    if isOpen { return }
    for await _ in opening {}
    try Task.checkCancellation()
  }

  func open() {
    let waiting = state.withLock { state in
      state.isOpen = true
      defer { state.waiting = [] }
      return state.waiting
    }
    for continuation in waiting { continuation.finish() }
  }
}
