import Synchronization

/// Limits how many reads of one kind run at once. The others wait in the order in which they arrive,
/// until their deadlines.
final class ReadLane: Sendable {
  private struct State {
    var free: Int
    var waiting: [(id: UInt64, continuation: CheckedContinuation<Bool, Never>)] = []
    var lastID: UInt64 = 0
  }

  private let maximumWaiting: Int
  private let state: Mutex<State>

  /// - Parameters:
  ///   - count: the number of reads that may run at once.
  ///   - maximumWaiting: the most reads that may wait.
  init(_ count: Int, maximumWaiting: Int) {
    self.maximumWaiting = maximumWaiting
    state = Mutex(State(free: count))
  }

  /// Runs `work` when its turn comes; returns nil if it did not come before the deadline, or if too
  /// many others are waiting.
  func run<Value>(
    until deadline: ContinuousClock.Instant,
    _ work: () async throws -> Value
  ) async throws -> Value? {
    guard await acquire(until: deadline) else { return nil }
    defer { release() }
    return try await work()
  }

  /// The number of reads that wait.
  var waitingCount: Int { state.withLock { $0.waiting.count } }

  private enum Turn {
    case now
    case never
    case later(UInt64)
  }

  private func acquire(until deadline: ContinuousClock.Instant) async -> Bool {
    let turn = state.withLock { state -> Turn in
      if state.free > 0 {
        state.free -= 1
        return .now
      }
      guard state.waiting.count < maximumWaiting else { return .never }
      state.lastID += 1
      return .later(state.lastID)
    }
    switch turn {
    case .now: return true
    case .never: return false
    case .later(let id):
      var timer: Task<Void, Never>?
      let hasTurn = await withCheckedContinuation { continuation in
        let isFree = state.withLock { state in
          // A read may have ended since the first look.
          guard state.free == 0 else {
            state.free -= 1
            return true
          }
          state.waiting.append((id, continuation))
          return false
        }
        if isFree { return continuation.resume(returning: true) }
        // Started only now, because it must find what it ends.
        timer = Task {
          try? await Task.sleep(until: deadline)
          if !Task.isCancelled { expire(id) }
        }
      }
      timer?.cancel()
      return hasTurn
    }
  }

  private func expire(_ id: UInt64) {
    let expired = state.withLock { state -> CheckedContinuation<Bool, Never>? in
      guard let index = state.waiting.firstIndex(where: { $0.id == id }) else { return nil }
      return state.waiting.remove(at: index).continuation
    }
    expired?.resume(returning: false)
  }

  private func release() {
    let next = state.withLock { state -> CheckedContinuation<Bool, Never>? in
      guard !state.waiting.isEmpty else {
        state.free += 1
        return nil
      }
      return state.waiting.removeFirst().continuation
    }
    next?.resume(returning: true)
  }
}
