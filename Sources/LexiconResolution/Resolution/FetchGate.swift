/// Lets a limited number of requests run at once, in all and for each host. The others wait in order,
/// but do not hold up requests to hosts that are free.
actor FetchGate {
  private struct Waiter {
    let host: String
    let continuation: CheckedContinuation<Void, Never>
  }

  private let maximum: Int
  private let maximumPerHost: Int
  private var count = 0
  private var counts: [String: Int] = [:]
  private var waiters: [Waiter] = []

  init(maximum: Int, maximumPerHost: Int) {
    self.maximum = maximum
    self.maximumPerHost = maximumPerHost
  }

  /// Runs `operation` when there is room for a request to `host`.
  nonisolated func run<Value: Sendable>(
    _ host: String,
    _ operation: () async throws(LexiconError) -> Value
  ) async throws(LexiconError) -> Value {
    await enter(host)
    let outcome: Result<Value, LexiconError>
    do throws(LexiconError) {
      outcome = .success(try await operation())
    } catch {
      outcome = .failure(error)
    }
    await leave(host)
    return try outcome.get()
  }

  private func enter(_ host: String) async {
    if hasRoom(for: host) {
      admit(host)
      return
    }
    // Whoever leaves admits the next one before it continues.
    await withCheckedContinuation { waiters.append(Waiter(host: host, continuation: $0)) }
  }

  private func leave(_ host: String) {
    count -= 1
    counts[host, default: 1] -= 1
    if counts[host] == 0 { counts[host] = nil }
    while let index = waiters.firstIndex(where: { hasRoom(for: $0.host) }) {
      let waiter = waiters.remove(at: index)
      admit(waiter.host)
      waiter.continuation.resume()
    }
  }

  private func hasRoom(for host: String) -> Bool {
    count < maximum && counts[host, default: 0] < maximumPerHost
  }

  private func admit(_ host: String) {
    count += 1
    counts[host, default: 0] += 1
  }
}
