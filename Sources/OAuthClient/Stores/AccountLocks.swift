import ATProtoSyntax
import XRPCClient

/// A lock for each account, for tasks of this process. Accounts without a task take no memory.
actor AccountLocks {
  private var locks: [DID: (lock: TaskLock, users: Int)] = [:]

  /// Runs `body` while no other task does so for this account.
  func holding<Value: Sendable>(_ did: DID, _ body: @Sendable () async -> Value) async -> Value {
    let lock = locks[did]?.lock ?? TaskLock()
    locks[did] = (lock, (locks[did]?.users ?? 0) + 1)
    let value = await lock.holding(body)
    let users = (locks[did]?.users ?? 1) - 1
    locks[did] = users == 0 ? nil : (lock, users)
    return value
  }
}
