import Dispatch
import GRDB
import ServiceKit
import Synchronization

/// Commits the writes of many tasks together.
///
/// Syncing the disk takes milliseconds, but a write takes only a few hundred microseconds.
/// Therefore, the writes that arrive while one group is being committed form the next group: one
/// transaction with a savepoint for each write. None of them is acknowledged before the common
/// commit. A write that fails rolls back its savepoint, and the others continue.
///
/// SQLite blocks its thread, so groups run on a dispatch queue, not on the threads of tasks.
final class GroupWriter: Sendable {
  /// The maximum number of writes in a group, which limits how long the first one waits for the
  /// last.
  private static let maximumGroup = 256

  private struct Queue {
    var writes: [Write] = []
    var isRunning = false
  }

  private struct Write: Sendable {
    /// Runs the write, keeps its result, and returns whether it appended events.
    var perform: @Sendable (Database) throws -> Bool
    /// Resumes the caller; the error is that of the whole group.
    var finish: @Sendable ((any Error)?) -> Void
  }

  private let pool: DatabasePool
  private let dispatch = DispatchQueue(label: "database writes")
  private let queue = Mutex(Queue())
  private let onCommit: @Sendable (_ writes: Int, _ appendsEvents: Bool) -> Void

  /// - Parameter onCommit: called with the size of each group when it is durable, before its writes
  ///   are acknowledged.
  init(
    _ pool: DatabasePool,
    onCommit: @escaping @Sendable (_ writes: Int, _ appendsEvents: Bool) -> Void
  ) {
    self.pool = pool
    self.onCommit = onCommit
  }

  func write<Value: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> (value: Value, appendsEvents: Bool)
  ) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      let outcome = Outcome<Value>()
      enqueue(
        Write(
          perform: { db in try outcome.keep { try body(db) } },
          finish: { error in continuation.resume(with: outcome.result(error)) }
        )
      )
    }
  }

  private func enqueue(_ write: Write) {
    let isIdle = queue.withLock { queue in
      queue.writes.append(write)
      defer { queue.isRunning = true }
      return !queue.isRunning
    }
    if isIdle { dispatch.async { [self] in drain() } }
  }

  private func drain() {
    while let group = next() {
      let appendsEvents: Bool
      do {
        appendsEvents = try pool.writeWithoutTransaction { db in try commit(group, db) }
      } catch {
        for write in group { write.finish(error) }
        continue
      }
      onCommit(group.count, appendsEvents)
      for write in group { write.finish(nil) }
    }
  }

  private func next() -> [Write]? {
    queue.withLock { queue in
      guard !queue.writes.isEmpty else {
        queue.isRunning = false
        return nil
      }
      let group = Array(queue.writes.prefix(Self.maximumGroup))
      queue.writes.removeFirst(group.count)
      return group
    }
  }

  private func commit(_ group: [Write], _ db: Database) throws -> Bool {
    var appendsEvents = false
    try db.inTransaction(.immediate) {
      for write in group {
        do {
          try db.inSavepoint {
            if try write.perform(db) { appendsEvents = true }
            return .commit
          }
        } catch {
          // The caller receives the error, which has been stored. SQLite itself may have rolled
          // back the whole group, for example because the disk is full.
          guard db.isInsideTransaction else { throw error }
        }
      }
      return .commit
    }
    return appendsEvents
  }
}

/// The result of one write of a group.
private final class Outcome<Value: Sendable>: Sendable {
  private let value = Mutex<Result<Value, any Error>?>(nil)

  func keep(_ body: () throws -> (value: Value, appendsEvents: Bool)) throws -> Bool {
    let result = Result { try body() }
    value.withLock { $0 = result.map(\.value) }
    return try result.get().appendsEvents
  }

  /// - Parameter error: the error of the group as a whole.
  func result(_ error: (any Error)?) -> Result<Value, any Error> {
    value.withLock { value in
      if let error, case .success? = value { return .failure(error) }
      return value ?? .failure(error ?? ServiceError(.storage, "cannot run the write"))
    }
  }
}
