/// A lock that tasks of one process hold one after the other, in the order in which they ask for it.
package actor TaskLock {
  private var isHeld = false
  private var waiters: [CheckedContinuation<Void, Never>] = []

  package init() {}

  /// Runs `body` while no other task holds the lock.
  package func holding<Value: Sendable>(_ body: @Sendable () async -> Value) async -> Value {
    if isHeld {
      // The holder of the lock passes it on to the next in line.
      await withCheckedContinuation { waiters.append($0) }
    }
    isHeld = true
    let value = await body()
    if waiters.isEmpty { isHeld = false } else { waiters.removeFirst().resume() }
    return value
  }
}
