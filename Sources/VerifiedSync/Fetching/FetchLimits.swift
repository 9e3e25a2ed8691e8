import ATProtoRepo

/// Limits fetches in total and per PDS, and pauses fetches from a PDS that fails.
actor FetchLimits {
  /// The answer to a fetch that wants to begin.
  enum Entry: Hashable, Sendable {
    case entered
    /// Fetches from the PDS are paused.
    case resting(until: SyncTime)
    /// Others have taken too long. To wait for them would keep fetches from other PDSs from beginning.
    case crowded(until: SyncTime)
  }

  /// The longest wait for a place, and then the pause until the next attempt.
  static let patience: SyncTime = 60_000_000
  /// The most PDSs that are remembered as failing.
  private static let maximumHosts = 10_000

  private struct Host {
    var active = 0
    var failures = 0
    var restsUntil: SyncTime = 0
  }

  private let clock: any SyncClock
  private let firstRest: SyncTime
  private let longestRest: SyncTime
  private let maximumPerHost: Int
  private var free: Int
  private var hosts: [String: Host] = [:]
  private var waiting: [Waiter] = []
  private var lastWaiter = 0

  private struct Waiter {
    var id: Int
    var host: String
    /// Takes whether there is a place.
    var continuation: CheckedContinuation<Bool, Never>
  }

  init(_ configuration: SyncConfiguration, _ clock: any SyncClock) {
    let maximum = configuration.resyncParallelism
    self.clock = clock
    firstRest = max(1, configuration.firstRetry.microseconds)
    longestRest = configuration.longestRetry.microseconds
    free = max(1, maximum)
    maximumPerHost = max(1, maximum / 2)
  }

  /// Waits for a place.
  func enter(_ host: String) async -> Entry {
    if let end = rest(of: host) { return .resting(until: end) }
    if mayEnter(host) {
      take(host)
      return .entered
    }
    lastWaiter += 1
    let id = lastWaiter
    let end = clock.now &+ Self.patience
    let timer = Task { [clock] in
      await clock.sleep(until: end)
      if !Task.isCancelled { giveUp(id) }
    }
    let hasPlace = await withCheckedContinuation { continuation in
      waiting.append(Waiter(id: id, host: host, continuation: continuation))
    }
    timer.cancel()
    guard hasPlace else { return .crowded(until: clock.now &+ Self.patience) }
    // Another fetch may have failed in the meantime.
    if let end = rest(of: host) {
      leave(host, .unknown)
      return .resting(until: end)
    }
    return .entered
  }

  private func giveUp(_ id: Int) {
    guard let index = waiting.firstIndex(where: { $0.id == id }) else { return }
    waiting.remove(at: index).continuation.resume(returning: false)
  }

  func leave(_ host: String, _ result: FetchOutcome.Host) {
    free += 1
    var state = hosts[host] ?? Host()
    state.active -= 1
    switch result {
    case .works: state.failures = 0
    case .unknown: break
    case .fails:
      state.failures += 1
      state.restsUntil = clock.now &+ .pause(firstRest, longestRest, attempt: state.failures)
    }
    let isForgotten = state.active == 0 && (state.failures == 0 || hosts.count > Self.maximumHosts)
    hosts[host] = isForgotten ? nil : state
    admit()
  }

  private func rest(of host: String) -> SyncTime? {
    guard let state = hosts[host], state.restsUntil > clock.now else { return nil }
    return state.restsUntil
  }

  private func mayEnter(_ host: String) -> Bool {
    free > 0 && (hosts[host]?.active ?? 0) < maximumPerHost
  }

  private func take(_ host: String) {
    free -= 1
    hosts[host, default: Host()].active += 1
  }

  private func admit() {
    while let index = waiting.firstIndex(where: { mayEnter($0.host) }) {
      let next = waiting.remove(at: index)
      take(next.host)
      next.continuation.resume(returning: true)
    }
  }
}
