import ATProtoRepo
import ATProtoSyntax
import Synchronization

/// Finds repositories that are due and fetches a few at a time, so that millions may wait in the
/// store.
final class FetchSchedule: Sendable {
  private let maximum: Int
  /// Repositories may be due after a pause of less than a second.
  private let interval: SyncTime
  private let active = Mutex<Set<DID>>([])
  private let changes = WakeUps()

  init(_ configuration: SyncConfiguration) {
    maximum = 4 * max(1, configuration.resyncParallelism)
    interval = min(1_000_000, max(100_000, configuration.firstRetry.microseconds / 2))
  }

  /// A repository has been fetched, or its next attempt has a later time.
  func finished(_ did: DID) {
    if active.withLock({ $0.remove(did) }) != nil { changes.notify() }
  }

  /// Repositories may have been added.
  func wake() { changes.notify() }

  func end() { changes.end() }

  func run(_ environment: SyncEnvironment, _ begin: @Sendable (DID) -> Void) async throws {
    let wakeUps = changes.stream()
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { [changes, interval] in
        while !Task.isCancelled {
          await environment.clock.sleep(until: environment.clock.now + interval)
          changes.notify()
        }
      }
      var iterator = wakeUps.makeAsyncIterator()
      repeat {
        for did in try await due(environment) { begin(did) }
      } while await iterator.next() != nil
      tasks.cancelAll()
    }
  }

  private func due(_ environment: SyncEnvironment) async throws -> [DID] {
    let count = active.withLock { $0.count }
    guard count < maximum else { return [] }
    await environment.outbox.waitForRoom()
    let now = environment.clock.now
    let found = try await environment.persistently { [store = environment.store, maximum] in
      try await store.repositoriesToFetch(at: now, limit: maximum + count)
    }
    return active.withLock { active in
      found.map(\.did).filter { active.count < self.maximum && active.insert($0).inserted }
    }
  }
}
