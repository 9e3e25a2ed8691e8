import Dispatch
import GRDB
import Synchronization

/// Brings what the write-ahead log has into the database, beside the writer: on its thread every
/// checkpoint would hold up all who wait for a commit.
///
/// SQLite's own checkpoint, at many more pages, stays as it is: it comes where this one cannot keep
/// up, and starts the log anew.
final class Checkpointer: Sendable {
  /// Writes from one checkpoint to the next.
  private static let interval = 64

  private struct State {
    var writes = 0
    var isRunning = false
  }

  private let database: DatabaseQueue
  private let dispatch = DispatchQueue(label: "checkpoints")
  private let state = Mutex(State())

  init(path: String, _ configuration: Configuration) throws {
    database = try DatabaseQueue(path: path, configuration: configuration)
  }

  /// Called after a commit of so many writes.
  func noteWrites(_ count: Int) {
    let isDue = state.withLock { state in
      state.writes += count
      guard state.writes >= Self.interval, !state.isRunning else { return false }
      state = State(isRunning: true)
      return true
    }
    guard isDue else { return }
    dispatch.async { [self] in
      // One that fails is made up for by the next, and by the writer's own.
      _ = try? database.writeWithoutTransaction { db in try db.checkpoint(.passive) }
      state.withLock { $0.isRunning = false }
    }
  }

  func close() throws {
    try database.close()
  }
}
