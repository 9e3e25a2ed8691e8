import ATProtoRepo
import RelayTestSupport
import Synchronization

@testable import VerifiedSync

/// A clock that the test sets.
final class TestSyncClock: SyncClock {
  private struct State {
    var now: SyncTime
    var sleepers: [Int: (time: SyncTime, continuation: CheckedContinuation<Void, Never>)] = [:]
    var lastKey = 0
    var cancelled: Set<Int> = []
  }

  private let state: Mutex<State>

  init(now: SyncTime = SimulatedAccount.now) {
    state = Mutex(State(now: now))
  }

  var now: SyncTime { state.withLock { $0.now } }

  func sleep(until time: SyncTime) async {
    let key = state.withLock { state in
      state.lastKey += 1
      return state.lastKey
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isOver = state.withLock { state in
          guard state.now < time, state.cancelled.remove(key) == nil else { return true }
          state.sleepers[key] = (time, continuation)
          return false
        }
        if isOver { continuation.resume() }
      }
    } onCancel: {
      let sleeper = state.withLock { state in
        let sleeper = state.sleepers.removeValue(forKey: key)
        if sleeper == nil { state.cancelled.insert(key) }
        return sleeper
      }
      sleeper?.continuation.resume()
    }
  }

  /// Moves on, and wakes whoever slept until then.
  func advance(to time: SyncTime) {
    let due = state.withLock { state in
      state.now = max(state.now, time)
      let due = state.sleepers.filter { $0.value.time <= state.now }
      for key in due.keys { state.sleepers[key] = nil }
      return due.values.map(\.continuation)
    }
    for continuation in due { continuation.resume() }
  }

  /// Gives other tasks time to act on the current time.
  func settle() async {
    for _ in 0..<20 {
      try? await Task.sleep(for: .milliseconds(5))
    }
  }
}
