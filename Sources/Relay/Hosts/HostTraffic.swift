import ATProtoRepo
import ATProtoSyntax

/// What a host has sent since the relay started.
struct HostTraffic: Sendable {
  private(set) var count = 0
  private(set) var lag: Duration?
  /// Events that were passed to the lanes.
  var submitted = 0
  var laneTime = SlidingWindow(length: HostState.second)
  private var minute = SlidingWindow(length: 60 * HostState.second)
  private var lagTime: SyncTime = 0

  mutating func add(_ count: Int, at now: SyncTime) {
    self.count += count
    minute.add(count, at: now)
  }

  /// Events per second.
  func rate(at now: SyncTime) -> Double {
    var minute = minute
    return minute.estimate(at: now) / 60
  }

  /// Whether the lag was not measured during the last second.
  func lacksLag(at now: SyncTime) -> Bool {
    now >= lagTime + HostState.second
  }

  /// Measures how old an event is, according to the time that the host claims.
  mutating func note(_ time: String, at now: SyncTime) {
    lagTime = now
    guard let instant = (try? Datetime(time))?.instant else { return }
    let seconds = Int64(clamping: now / 1_000_000) - instant.seconds
    lag = .seconds(max(0, seconds))
  }
}
