import Dispatch
import GRDB
import Synchronization

/// Copies the write-ahead log into the database on its own thread: on the writer's thread, each
/// checkpoint would delay all tasks that wait for a commit.
///
/// SQLite's automatic checkpoint stays enabled with a much higher page limit: it takes over if this
/// one cannot keep up, and restarts the log.
final class Checkpointer: Sendable {
  /// The number of writes between two checkpoints.
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

  /// Call it after a commit, with the number of its writes.
  func noteWrites(_ count: Int) {
    let isDue = state.withLock { state in
      state.writes += count
      guard state.writes >= Self.interval, !state.isRunning else { return false }
      state = State(isRunning: true)
      return true
    }
    guard isDue else { return }
    dispatch.async { [self] in
      // The next checkpoint, or SQLite's own, makes up for a failed one.
      _ = try? database.writeWithoutTransaction { db in try db.checkpoint(.passive) }
      state.withLock { $0.isRunning = false }
    }
  }

  func close() throws {
    try database.close()
  }
}
