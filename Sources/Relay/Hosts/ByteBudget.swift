import Synchronization

/// Limits the memory of events in progress, per host and in total.
///
/// Events keep their bytes while they wait for something slow, such as the server of a `did:web`,
/// so a group of hosts could use up the total for a long time. Therefore, every host has a reserve,
/// which does not count toward the total, and a host without events in progress may always have
/// one. Further events have to fit in both limits.
final class ByteBudget: Sendable {
  /// An event that waits. There is at most one for each host, because a host's events are admitted
  /// one by one.
  private struct Waiter {
    let host: HostID
    let bytes: Int
    let call: Int
    /// Resumed with true if the bytes have been taken.
    let continuation: CheckedContinuation<Bool, Never>
  }

  private struct State {
    /// The bytes of all hosts.
    var total = 0
    /// The bytes beyond the hosts' reserves.
    var shared = 0
    var used: [HostID: Int] = [:]
    var waiters: [HostID: Waiter] = [:]
    /// The hosts that wait for others, in the order of their turns, with their calls.
    var turns: [(host: HostID, call: Int)] = []
    var calls = 0
  }

  private let perHost: Int
  private let all: Int
  private let reserve: Int
  private let state = Mutex(State())

  /// - Parameters:
  ///   - all: the maximum for all hosts together, beyond their reserves.
  ///   - reserve: the bytes that each host may use even if the others have used up the total.
  init(perHost: Int = 8 << 20, all: Int = 256 << 20, reserve: Int = 256 << 10) {
    self.perHost = perHost
    self.all = all
    self.reserve = reserve
  }

  /// The bytes of all hosts.
  var total: Int { state.withLock { $0.total } }

  func used(by host: HostID) -> Int { state.withLock { $0.used[host] ?? 0 } }

  /// Takes bytes, after a wait if necessary.
  ///
  /// - Throws: `CancellationError` if the task is canceled; then nothing is taken.
  func acquire(_ bytes: Int, for host: HostID) async throws {
    let call = state.withLock { state -> Int? in
      if take(bytes, host, &state) { return nil }
      state.calls += 1
      return state.calls
    }
    guard let call else { return }
    let isTaken = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isTaken = state.withLock { state -> Bool? in
          guard !Task.isCancelled else { return false }
          if take(bytes, host, &state) { return true }
          state.waiters[host] = Waiter(
            host: host,
            bytes: bytes,
            call: call,
            continuation: continuation
          )
          if fits(bytes, host, state) { state.turns.append((host, call)) }
          return nil
        }
        if let isTaken { continuation.resume(returning: isTaken) }
      }
    } onCancel: {
      // A canceled task may come here after its successor has begun to wait.
      let waiter = state.withLock { state in
        state.waiters[host]?.call == call ? state.waiters.removeValue(forKey: host) : nil
      }
      waiter?.continuation.resume(returning: false)
    }
    if !isTaken { throw CancellationError() }
  }

  func release(_ bytes: Int, for host: HostID) {
    let admitted = state.withLock { state -> [Waiter] in
      let used = state.used[host] ?? 0
      let left = used - bytes
      state.total -= bytes
      state.shared -= shared(used) - shared(left)
      state.used[host] = left > 0 ? left : nil
      var admitted: [Waiter] = []
      if let waiter = state.waiters[host] {
        if take(waiter.bytes, host, &state) {
          admitted.append(waiter)
          state.waiters[host] = nil
        } else if fits(waiter.bytes, host, state) {
          state.turns.append((host, waiter.call))
        }
      }
      while let turn = state.turns.first {
        if let waiter = state.waiters[turn.host], waiter.call == turn.call {
          guard take(waiter.bytes, turn.host, &state) else { break }
          admitted.append(waiter)
          state.waiters[turn.host] = nil
        }
        state.turns.removeFirst()
      }
      return admitted
    }
    for waiter in admitted { waiter.continuation.resume(returning: true) }
  }

  private func take(_ bytes: Int, _ host: HostID, _ state: inout State) -> Bool {
    let used = state.used[host] ?? 0
    let growth = shared(used + bytes) - shared(used)
    let fitsInTotal = growth == 0 || state.shared + growth <= all
    guard used == 0 || (fits(bytes, host, state) && fitsInTotal) else { return false }
    state.used[host] = used + bytes
    state.total += bytes
    state.shared += growth
    return true
  }

  /// The part of a host's bytes that is beyond its reserve.
  private func shared(_ bytes: Int) -> Int { max(0, bytes - reserve) }

  /// Whether the host itself may take the bytes.
  private func fits(_ bytes: Int, _ host: HostID, _ state: State) -> Bool {
    (state.used[host] ?? 0) + bytes <= perHost
  }
}
