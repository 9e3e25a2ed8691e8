import Dispatch
import Foundation
import ServiceKit
import Synchronization

/// Copies what the log changed into the store, the last state of each account only.
///
/// A checkpoint is one transaction: rows of accounts, collections, cursors of hosts, and the number
/// up to which the log is contained in all of it.
package final class Checkpoints: Sendable {
  private struct State {
    var pending = PendingChanges()
    /// What is being written.
    var writing = PendingChanges()
    var hosts: @Sendable () -> [HostCheckpoint] = { [] }
    var written: @Sendable ([StoredRow]) -> Void = { _ in }
    var storedSequence = 0
    var lastFlush = ContinuousClock.now
    var failure: (any Error)?
  }

  /// The time between two checkpoints.
  private static let interval: Duration = .seconds(1)
  /// The maximum number of changed accounts that wait for a checkpoint. The log waits above that,
  /// which happens only if the store fails.
  private static let maximumAccounts = 1_000_000

  private let store: any RelayStore
  private let state: Mutex<State>
  private let turn = AsyncSemaphore(1)
  /// The progress that is in the store; used only by the flush whose turn it is.
  private let storedProgress = Mutex<[HostID: HostCheckpoint]>([:])
  package let takedowns: TakenDownAccounts

  /// - Parameter appliedSequence: the number up to which the store has the log.
  package init(
    store: any RelayStore,
    appliedSequence: Int,
    takedowns: TakenDownAccounts = TakenDownAccounts()
  ) {
    self.store = store
    self.takedowns = takedowns
    state = Mutex(
      State(
        pending: PendingChanges(appliedSequence: appliedSequence),
        storedSequence: appliedSequence
      )
    )
  }

  /// Sets where the cursors of hosts come from. They are read before the rows are taken, so the
  /// rows contain everything that the cursors have passed.
  package func setHosts(_ hosts: @escaping @Sendable () -> [HostCheckpoint]) {
    state.withLock { $0.hosts = hosts }
  }

  /// Sets what is called with rows once they are in the store. A newer row may exist by then.
  package func setWritten(_ written: @escaping @Sendable ([StoredRow]) -> Void) {
    state.withLock { $0.written = written }
  }

  /// Called by the log's thread, for a batch that is durable.
  func note(_ batch: [LogEntry], upTo sequence: Int?) {
    state.withLock { state in
      for entry in batch {
        guard let row = entry.effect else { continue }
        state.pending.note(row, entry.changes?.bounded, generation: entry.generation)
      }
      if let sequence { state.pending.appliedSequence = sequence }
    }
    takedowns.note(batch.lazy.compactMap(\.effect))
  }

  /// Blocks the log's thread while too many accounts wait for a checkpoint.
  func waitForRoom() {
    while state.withLock({ $0.pending.rows.count > Self.maximumAccounts }) {
      Thread.sleep(forTimeInterval: 0.05)
    }
  }

  /// The row of an account if it is newer than that in the store.
  package func row(_ id: AccountID) -> AccountRow? {
    state.withLock { $0.pending.rows[id] ?? $0.writing.rows[id] }
  }

  /// Writes a checkpoint every second, until the task is canceled. Failures are retried.
  package func run() async {
    while !Task.isCancelled {
      try? await Task.sleep(for: Self.interval)
      try? await flush()
    }
  }

  /// Writes everything that is pending.
  package func flush() async throws {
    try await turn.run { try await write() }
  }

  /// The number up to which the store has the log.
  package var storedSequence: Int { state.withLock { $0.storedSequence } }

  /// The time since the last checkpoint.
  package var age: Duration { state.withLock { .now - $0.lastFlush } }

  /// Why the last checkpoint failed.
  package var failure: (any Error)? { state.withLock { $0.failure } }
}

extension Checkpoints {
  private func write() async throws {
    let hosts = state.withLock { $0.hosts }()
    let stored = storedProgress.withLock { $0 }
    let moved = hosts.filter { stored[$0.host] != $0 }
    let changes = state.withLock { state in
      state.writing = state.pending
      state.pending = PendingChanges(appliedSequence: state.writing.appliedSequence)
      return state.writing
    }
    do {
      if !changes.isEmpty || !moved.isEmpty {
        try await store.write { transaction in
          try changes.write(to: transaction)
          for host in moved {
            try transaction.hosts.setProgress(
              of: host.host,
              cursor: host.cursor,
              ahead: host.ahead
            )
          }
        }
      }
    } catch {
      state.withLock { state in
        state.pending = state.writing.merging(state.pending)
        state.writing = PendingChanges()
        state.failure = error
      }
      throw error
    }
    storedProgress.withLock { progress in
      for host in moved { progress[host.host] = host }
    }
    let written = state.withLock { state in
      state.writing = PendingChanges()
      state.storedSequence = changes.appliedSequence
      state.failure = nil
      state.lastFlush = .now
      return state.written
    }
    written(changes.storedRows)
  }
}

/// How far a host's events are finished; see `HostProgress`.
package struct HostCheckpoint: Hashable, Sendable {
  package var host: HostID
  package var cursor: Int?
  package var ahead: [Range<Int>]

  package init(host: HostID, cursor: Int?, ahead: [Range<Int>]) {
    self.host = host
    self.cursor = cursor
    self.ahead = ahead
  }
}
