/// Runs `operation`, which is cancelled when the time is up; nil then, and where the calling task
/// is cancelled.
package func withTimeout<Value: Sendable>(
  _ timeout: Duration,
  _ operation: @escaping @Sendable () async -> Value
) async -> Value? {
  await withTaskGroup(of: Value?.self) { group in
    group.addTask { await operation() }
    group.addTask {
      try? await Task.sleep(for: timeout)
      return nil
    }
    let first = await group.next() ?? nil
    group.cancelAll()
    return first
  }
}
