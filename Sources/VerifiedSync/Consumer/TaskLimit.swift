/// Lets a limited number of tasks through at once, in order of arrival.
actor TaskLimit {
  private var free: Int
  private var waiting: ArraySlice<CheckedContinuation<Void, Never>> = []

  init(_ maximum: Int) {
    free = max(1, maximum)
  }

  /// Returns nil if the task is canceled.
  nonisolated func run<Value: Sendable>(
    _ operation: @Sendable () async -> Value
  ) async -> Value? {
    await enter()
    let value = Task.isCancelled ? nil : await operation()
    await leave()
    return Task.isCancelled ? nil : value
  }

  private func enter() async {
    guard free == 0 else {
      free -= 1
      return
    }
    await withCheckedContinuation { waiting.append($0) }
  }

  private func leave() {
    if let next = waiting.popFirst() { next.resume() } else { free += 1 }
  }
}
