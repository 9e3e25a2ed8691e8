package import ATProtoRepo
package import Relay
import Synchronization

/// A clock that a test moves.
package final class ManualClock: Sendable {
  private struct Sleeper {
    let time: SyncTime
    let continuation: CheckedContinuation<Void, Never>
  }

  private struct State {
    var now: SyncTime
    var count = 0
    var sleepers: [Int: Sleeper] = [:]
  }

  private let state: Mutex<State>

  package init(_ now: SyncTime = SimulatedAccount.now) {
    state = Mutex(State(now: now))
  }

  package var now: SyncTime { state.withLock { $0.now } }

  /// The times at which tasks want to continue, in ascending order.
  package var alarms: [SyncTime] { state.withLock { $0.sleepers.values.map(\.time).sorted() } }

  package var clock: HostClock {
    HostClock(now: { self.now }) { try await self.sleep(until: $0) }
  }

  /// Moves the clock, and continues tasks that are due.
  package func advance(by duration: Duration) {
    let parts = duration.components
    advance(
      to: now + SyncTime(parts.seconds) * 1_000_000
        + SyncTime(parts.attoseconds / 1_000_000_000_000)
    )
  }

  package func advance(to time: SyncTime) {
    let due = state.withLock { state -> [Sleeper] in
      state.now = max(state.now, time)
      let due = state.sleepers.filter { $0.value.time <= state.now }
      for id in due.keys { state.sleepers[id] = nil }
      return Array(due.values)
    }
    for sleeper in due { sleeper.continuation.resume() }
  }

  private func sleep(until time: SyncTime) async throws {
    let id = state.withLock { state in
      state.count += 1
      return state.count
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isDue = state.withLock { state in
          if state.now >= time || Task.isCancelled { return true }
          state.sleepers[id] = Sleeper(time: time, continuation: continuation)
          return false
        }
        if isDue { continuation.resume() }
      }
    } onCancel: {
      let sleeper = state.withLock { $0.sleepers.removeValue(forKey: id) }
      sleeper?.continuation.resume()
    }
    try Task.checkCancellation()
  }
}
