import ATProtoRepo

/// Limits fetches in total and per PDS, and pauses fetches from a PDS that fails.
actor FetchLimits {
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
  private var waiting: [(host: String, continuation: CheckedContinuation<Void, Never>)] = []

  init(_ configuration: SyncConfiguration, _ clock: any SyncClock) {
    let maximum = configuration.resyncParallelism
    self.clock = clock
    firstRest = max(1, configuration.firstRetry.microseconds)
    longestRest = configuration.longestRetry.microseconds
    free = max(1, maximum)
    maximumPerHost = max(1, maximum / 2)
  }

  /// Waits for a place. If fetches from the PDS are paused, returns the end of the pause instead.
  func enter(_ host: String) async -> SyncTime? {
    if let end = rest(of: host) { return end }
    if mayEnter(host) {
      take(host)
    } else {
      await withCheckedContinuation { waiting.append((host, $0)) }
      // Another fetch may have failed in the meantime.
      if let end = rest(of: host) {
        leave(host, .unknown)
        return end
      }
    }
    return nil
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
      next.continuation.resume()
    }
  }
}
