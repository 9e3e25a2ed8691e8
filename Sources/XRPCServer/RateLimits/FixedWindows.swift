import XRPC

/// What keys have used of one limit. A value: who asks brings the time along.
///
/// Of bounded size whatever keys come. When it is full and none has expired, newcomers share a
/// fixed number of windows: limits grow stricter for them, and for nobody looser.
struct FixedWindows: Sendable {
  struct Window: Sendable {
    var used = 0
    var end: ContinuousClock.Instant
  }

  private let limit: RateLimit
  private let capacity: Int
  /// By a hash under a seed of this process: a long key costs no more than a short one.
  private var windows: [Int: Window] = [:]
  private var shared: [Int: Window] = [:]
  private var nextSweep: ContinuousClock.Instant?

  init(_ limit: RateLimit, capacity: Int) {
    precondition(capacity > 0, "room for a key")
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

  /// Forgets what has expired, at most once a second: it looks at every key.
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
    // One beyond the limit says all; so nothing can overflow.
    window.used = min(window.used + min(max(points, 0), self.points + 1), self.points + 1)
    slot = window
    return window
  }
}
