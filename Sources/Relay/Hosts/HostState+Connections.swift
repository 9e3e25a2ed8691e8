import ATProtoRepo

extension HostState {
  /// The number of consecutive failures after which a host is offline.
  private static let maximumFailures = 15
  /// A connection that lasts this long shows that the host can be reached.
  static let proof = 5 * second
  /// A connection that lasted this long was not a failure.
  private static let steady = 60 * second
  /// The minimum interval between calls to a host that public requests cause.
  private static let requestInterval = 10 * second

  mutating func connect(_ now: SyncTime) -> [Action] {
    phase = .connecting
    attemptedAt = now
    postponed = nil
    nextAttemptAt = nil
    if let cursor { return [.connect(.after(cursor))] }
    return [.connect(startsAtOldest ? .oldest : .none)]
  }

  mutating func requested(_ isAdministrator: Bool, _ now: SyncTime) -> [Action] {
    guard case .waiting = phase else { return [] }
    if isAdministrator, status == .idle {
      return reset("an administrator requested a crawl") + connect(now)
    }
    guard isAdministrator || now >= attemptedAt + Self.requestInterval else { return [] }
    let time = nextAttemptAt
    let actions = connect(now)
    postponed = .some(time)
    return actions
  }

  mutating func received(_ now: SyncTime) -> [Action] {
    guard case .connected(let since, hasEvent: false) = phase else { return [] }
    phase = .connected(since: since, hasEvent: true)
    failures = 0
    forgetRefusals()
    startsAtOldest = false
    postponed = nil
    nextAttemptAt = nil
    return [change(.active)].compactMap(\.self)
  }

  mutating func tick(_ now: SyncTime) -> [Action] {
    switch phase {
    case .waiting:
      guard let time = nextAttemptAt else { return [] }
      return time <= now ? connect(now) : [.schedule(at: time)]
    case .connecting: return []
    case .connected(let since, _):
      guard status == .offline || status == .idle else { return [] }
      guard since + Self.proof <= now else { return [.schedule(at: since + Self.proof)] }
      return [change(.active)].compactMap(\.self)
    }
  }

  mutating func lost(
    _ reason: String,
    _ now: SyncTime,
    _ chance: Double
  ) -> [Action] {
    var actions: [Action] = [.count(reason)]
    if case .connected(let since, let hasEvent) = phase {
      if now >= since + Self.steady { failures = 0 }
      if now >= since + Self.proof { postponed = nil }
      if cursor == nil, !hasEvent, now >= since + Self.second { startsAtOldest = true }
    }
    phase = .waiting
    if let time = postponed {
      // The attempt was requested.
      postponed = nil
      if let time, time > now {
        nextAttemptAt = time
        return actions + [.schedule(at: time)]
      }
    } else {
      failures += 1
    }
    let isOffline = failures >= Self.maximumFailures
    if isOffline, let change = change(.offline) { actions.append(change) }
    if status == .throttled, let change = change(.active) { actions.append(change) }
    let delay =
      isOffline || status == .idle
      ? Self.slowDelay(isOffline ? failures - Self.maximumFailures : failures - 1)
      : min(Self.second << SyncTime(min(max(failures, 1), 10) - 1), 60 * Self.second)
    return actions + [schedule(delay, now, chance)]
  }

  mutating func futureCursor(_ now: SyncTime, _ chance: Double) -> [Action] {
    phase = .waiting
    let first = refusedAt ?? now
    refusedAt = first
    var actions: [Action] = [.count("errorFrame")]
    if let change = change(.idle) { actions.append(change) }
    if let time = postponed, let time, time > now {
      postponed = nil
      nextAttemptAt = time
      return actions + [.schedule(at: time)]
    }
    refusalCount += 1
    if refusalCount >= 3, now >= first + 24 * Self.hour {
      return actions + reset("the host has refused the cursor for a day") + connect(now)
    }
    return actions + [schedule(Self.slowDelay(refusalCount - 1), now, chance)]
  }

  private mutating func reset(_ reason: String) -> [Action] {
    cursor = nil
    forgetRefusals()
    // Nothing that the host has sent since it reset its sequence numbers is lost. Earlier events
    // are repeated, and dropped because of their revs.
    startsAtOldest = true
    return [.reset(reason: reason)]
  }

  private mutating func forgetRefusals() {
    refusedAt = nil
    refusalCount = 0
  }

  /// 1 hour, doubling to 24 hours.
  private static func slowDelay(_ attempt: Int) -> SyncTime {
    min(hour << SyncTime(min(max(0, attempt), 5)), 24 * hour)
  }

  /// Waits between half and all of the delay, so that the hosts of one operator are not all called
  /// at once.
  private mutating func schedule(
    _ delay: SyncTime,
    _ now: SyncTime,
    _ chance: Double
  ) -> Action {
    let time = now + delay / 2 + SyncTime(Double(delay / 2) * min(max(chance, 0), 1))
    nextAttemptAt = time
    return .schedule(at: time)
  }

  mutating func ban() -> [Action] {
    [change(.banned)].compactMap(\.self) + disconnect()
  }

  mutating func disconnect() -> [Action] {
    phase = .waiting
    nextAttemptAt = nil
    return [.close]
  }

  /// Returns nil if the status has not changed.
  mutating func change(_ new: HostStatus) -> Action? {
    guard status != new else { return nil }
    status = new
    return .status(new)
  }
}
