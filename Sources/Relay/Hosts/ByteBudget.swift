import Synchronization

/// Limits the memory of events that are under way: of each host, and of all.
///
/// A host without events under way always gets one, so that no host stops another. More of them
/// have to fit in both limits.
final class ByteBudget: Sendable {
  private struct State {
    var total = 0
    var used: [HostID: Int] = [:]
    var waiters: [Waiter] = []
    var calls = 0
  }

  /// There is at most one for each host, because a host's events are admitted one by one.
  private struct Waiter {
    let host: HostID
    let bytes: Int
    let call: Int
    /// Resumed with whether the bytes are taken.
    let continuation: CheckedContinuation<Bool, Never>
  }

  private let perHost: Int
  private let all: Int
  private let state = Mutex(State())

  init(perHost: Int = 8 << 20, all: Int = 256 << 20) {
    self.perHost = perHost
    self.all = all
  }

  /// The bytes of all hosts.
  var total: Int { state.withLock { $0.total } }

  func used(by host: HostID) -> Int { state.withLock { $0.used[host] ?? 0 } }

  /// Takes bytes, after a wait if necessary.
  ///
  /// - Throws: `CancellationError` if the task is canceled; then nothing is taken.
  func acquire(_ bytes: Int, for host: HostID) async throws {
    if take(bytes, host) { return }
    let call = state.withLock { state in
      state.calls += 1
      return state.calls
    }
    let isTaken = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isTaken = state.withLock { state -> Bool? in
          guard !Task.isCancelled else { return false }
          if admit(bytes, host, &state) { return true }
          state.waiters.append(
            Waiter(host: host, bytes: bytes, call: call, continuation: continuation)
          )
          return nil
        }
        if let isTaken { continuation.resume(returning: isTaken) }
      }
    } onCancel: {
      cancel(call)
    }
    if !isTaken { throw CancellationError() }
  }

  func release(_ bytes: Int, for host: HostID) {
    let admitted = state.withLock { state -> [Waiter] in
      state.total -= bytes
      let left = (state.used[host] ?? 0) - bytes
      state.used[host] = left > 0 ? left : nil
      var admitted: [Waiter] = []
      state.waiters.removeAll { waiter in
        guard admit(waiter.bytes, waiter.host, &state) else { return false }
        admitted.append(waiter)
        return true
      }
      return admitted
    }
    for waiter in admitted { waiter.continuation.resume(returning: true) }
  }

  private func take(_ bytes: Int, _ host: HostID) -> Bool {
    state.withLock { admit(bytes, host, &$0) }
  }

  private func admit(_ bytes: Int, _ host: HostID, _ state: inout State) -> Bool {
    let used = state.used[host] ?? 0
    guard used == 0 || (used + bytes <= perHost && state.total + bytes <= all) else { return false }
    state.used[host] = used + bytes
    state.total += bytes
    return true
  }

  private func cancel(_ call: Int) {
    let waiter = state.withLock { state in
      state.waiters.firstIndex { $0.call == call }.map { state.waiters.remove(at: $0) }
    }
    waiter?.continuation.resume(returning: false)
  }
}
