import Synchronization

/// Limits how many lookups run at once: in total, per host, and per server that is called.
///
/// Lookups of one host wait in order; hosts take turns. A lookup whose server is busy lets others of
/// its host pass.
final class LookupSlots: Sendable {
  /// How a lookup is counted.
  struct Key: Hashable, Sendable {
    /// The host whose event needs the lookup.
    var host: String
    /// A server with a limit of its own, if the lookup asks one.
    var server: String?
  }

  private struct Waiter {
    let key: Key
    let continuation: CheckedContinuation<Void, Never>
  }

  private struct State {
    var running = 0
    var runningByHost: [String: Int] = [:]
    var runningByServer: [String: Int] = [:]
    var waiting: [String: [Waiter]] = [:]
    /// The hosts with waiting lookups, in the order of their turns.
    var turns: [String] = []
  }

  private let maximum: Int
  private let maximumPerHost: Int
  private let maximumPerServer: Int
  private let state = Mutex(State())

  /// The waiting lookups of a host that may be passed at most.
  private static let reach = 64

  init(maximum: Int, perHost: Int, perServer: Int = 4) {
    self.maximum = max(maximum, 1)
    maximumPerHost = max(perHost, 1)
    maximumPerServer = max(perServer, 1)
  }

  /// Calls `body` when there is a slot.
  func run<Value: Sendable>(_ key: Key, _ body: () async -> Value) async -> Value {
    await acquire(key)
    let value = await body()
    release(key)
    return value
  }

  /// Whether a lookup waits only because others occupy all slots.
  var isExhausted: Bool {
    state.withLock { state in
      state.running >= maximum
        && state.waiting.values.contains { waiters in
          waiters.prefix(Self.reach).contains { hasShare($0.key, state) }
        }
    }
  }

  /// The lookups of a host that wait for a slot.
  func waitingCount(of host: String) -> Int {
    state.withLock { $0.waiting[host]?.count ?? 0 }
  }

  private func acquire(_ key: Key) async {
    await withCheckedContinuation { continuation in
      let started = state.withLock { state in
        if state.waiting[key.host] == nil { state.turns.append(key.host) }
        state.waiting[key.host, default: []].append(Waiter(key: key, continuation: continuation))
        // Those that wait longer may have a server that is busy.
        return startWaiters(&state)
      }
      for waiter in started { waiter.continuation.resume() }
    }
  }

  private func release(_ key: Key) {
    let started = state.withLock { state in
      state.running -= 1
      Self.decrease(key.host, &state.runningByHost)
      if let server = key.server { Self.decrease(server, &state.runningByServer) }
      return startWaiters(&state)
    }
    for waiter in started { waiter.continuation.resume() }
  }

  private func startWaiters(_ state: inout State) -> [Waiter] {
    var started: [Waiter] = []
    var idle: [String] = []
    while state.running < maximum, !state.turns.isEmpty {
      let host = state.turns.removeFirst()
      var waiters = state.waiting[host] ?? []
      let place = waiters.prefix(Self.reach).firstIndex { canRun($0.key, state) }
      guard let place else {
        idle.append(host)
        continue
      }
      let waiter = waiters.remove(at: place)
      Self.start(waiter.key, &state)
      started.append(waiter)
      state.waiting[host] = waiters.isEmpty ? nil : waiters
      if !waiters.isEmpty { state.turns.append(host) }
    }
    if !idle.isEmpty { state.turns = idle + state.turns }
    return started
  }

  private func canRun(_ key: Key, _ state: State) -> Bool {
    state.running < maximum && hasShare(key, state)
  }

  /// Whether the lookup's host and server may have another lookup.
  private func hasShare(_ key: Key, _ state: State) -> Bool {
    state.runningByHost[key.host, default: 0] < maximumPerHost
      && (key.server.map { state.runningByServer[$0, default: 0] < maximumPerServer } ?? true)
  }

  private static func start(_ key: Key, _ state: inout State) {
    state.running += 1
    state.runningByHost[key.host, default: 0] += 1
    if let server = key.server { state.runningByServer[server, default: 0] += 1 }
  }

  private static func decrease(_ name: String, _ counts: inout [String: Int]) {
    let count = counts[name, default: 1] - 1
    counts[name] = count > 0 ? count : nil
  }
}
