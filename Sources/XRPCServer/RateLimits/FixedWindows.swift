import XRPC

/// The points that keys have used of one limit. Callers pass the current time.
///
/// The size is bounded, whatever keys are used. When it is full and no window has expired, new keys
/// share a fixed number of windows, which makes limits stricter for them but looser for none.
struct FixedWindows: Sendable {
  struct Window: Sendable {
    var used = 0
    var end: ContinuousClock.Instant
  }

  private let limit: RateLimit
  private let capacity: Int
  /// Keyed by the hash of a key, which is seeded per process: a long key takes no more space than a
  /// short one.
  private var windows: [Int: Window] = [:]
  private var shared: [Int: Window] = [:]
  private var nextSweep: ContinuousClock.Instant?

  init(_ limit: RateLimit, capacity: Int) {
    precondition(capacity > 0, "the capacity must be positive")
    self.limit = limit
    self.capacity = capacity
  }

  var count: Int { windows.count + shared.count }

  mutating func consume(
    _ points: Int,
    by key: some Hashable,
    at now: ContinuousClock.Instant
  ) -> RateLimitStatus {
    let hash = key.hashValue
    if windows[hash] == nil, windows.count >= capacity { sweep(now) }
    let hasRoom = windows[hash] != nil || windows.count < capacity
    let window =
      hasRoom
      ? limit.use(points, &windows[hash], now)
      : limit.use(points, &shared[hash & 1023], now)
    return RateLimitStatus(
      limit: limit,
      remaining: max(0, limit.points - window.used),
      isExceeded: window.used > limit.points,
      resetsAfter: window.end - now
    )
  }

  /// Removes expired windows, at most once a second because it visits every key.
  private mutating func sweep(_ now: ContinuousClock.Instant) {
    if let nextSweep, now < nextSweep { return }
    windows = windows.filter { $0.value.end > now }
    shared = shared.filter { $0.value.end > now }
    nextSweep = now + .seconds(1)
  }
}

extension RateLimit {
  fileprivate func use(
    _ points: Int,
    _ slot: inout FixedWindows.Window?,
    _ now: ContinuousClock.Instant
  ) -> FixedWindows.Window {
    var window = slot ?? FixedWindows.Window(end: now)
    if window.end <= now { window = FixedWindows.Window(end: now + .seconds(self.seconds)) }
    // One point beyond the limit is enough to mark it as exceeded, and cannot overflow.
    window.used = min(window.used + min(max(points, 0), self.points + 1), self.points + 1)
    slot = window
    return window
  }
}
