import Dispatch
import GRDB
import ServiceKit
import Synchronization

/// Brings writes of many callers to the disk together.
///
/// A sync of the disk takes milliseconds, a write some hundred microseconds. So the writes that
/// came while the last group was on its way make the next: one transaction, each write in a
/// savepoint of its own, and nobody gets an answer before the one commit. A write that fails rolls
/// back its savepoint, and the others go on.
///
/// SQLite holds its thread: the groups run on a queue of their own, not on the threads of tasks.
final class GroupWriter: Sendable {
  /// Bounds how long the first of a group waits for the last.
  private static let maximumGroup = 256

  private struct Queue {
    var writes: [Write] = []
    var isRunning = false
  }

  private struct Write: Sendable {
    /// Runs it and keeps what came of it.
    var perform: @Sendable (SQLiteTransaction) throws -> Void
    /// Answers its caller; the error is the whole group's.
    var finish: @Sendable ((any Error)?) -> Void
  }

  private let pool: DatabasePool
  private let dispatch = DispatchQueue(label: "database writes")
  private let queue = Mutex(Queue())
  private let checkpointer: Checkpointer?
  private let sequenceFloor: Int
  private let onSequenced: @Sendable ([SequenceEntry]) -> Void

  /// - Parameters:
  ///   - sequenceFloor: new events have greater numbers.
  ///   - onSequenced: called with new events, in order, once they are on the disk.
  init(
    _ pool: DatabasePool,
    _ checkpointer: Checkpointer? = nil,
    sequenceFloor: Int = 0,
    onSequenced: @escaping @Sendable ([SequenceEntry]) -> Void
  ) {
    self.pool = pool
    self.checkpointer = checkpointer
    self.sequenceFloor = sequenceFloor
    self.onSequenced = onSequenced
  }

  func write<Value: Sendable>(
    _ body: @escaping @Sendable (any PDSTransaction) throws -> Value
  ) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      let outcome = Outcome<Value>()
      enqueue(
        Write(
          perform: { transaction in try outcome.keep { try body(transaction) } },
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
      var entries: [SequenceEntry] = []
      do {
        entries = try pool.writeWithoutTransaction { db in try commit(group, db) }
      } catch {
        for write in group { write.finish(error) }
        continue
      }
      if !entries.isEmpty { onSequenced(entries) }
      for write in group { write.finish(nil) }
      checkpointer?.noteWrites(group.count)
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

  private func commit(_ group: [Write], _ db: Database) throws -> [SequenceEntry] {
    var entries: [SequenceEntry] = []
    try db.inTransaction(.immediate) {
      for write in group {
        let transaction = SQLiteTransaction(db, sequenceFloor: sequenceFloor)
        do {
          try db.inSavepoint {
            try write.perform(transaction)
            return .commit
          }
          entries += transaction.sequenced
        } catch {
          // Its caller gets the error, which was kept. SQLite itself may have rolled back all of
          // the group, as where the disk is full.
          guard db.isInsideTransaction else { throw error }
        }
      }
      return .commit
    }
    return entries
  }
}

/// What came of one write of a group.
private final class Outcome<Value: Sendable>: Sendable {
  private let value = Mutex<Result<Value, any Error>?>(nil)

  func keep(_ body: () throws -> Value) throws {
    let result = Result { try body() }
    value.withLock { $0 = result }
    _ = try result.get()
  }

  /// - Parameter error: why the group as a whole failed.
  func result(_ error: (any Error)?) -> Result<Value, any Error> {
    value.withLock { value in
      if let error, case .success? = value { return .failure(error) }
      return value ?? .failure(error ?? ServiceError(.storage, "the write did not run"))
    }
  }
}
