import ATProtoRepo

/// Decides when to connect to a host, from which event, and what its status is.
///
/// The relay never gives up on a host: one that returns after months needs no action by an
/// operator.
///
/// - A lost connection is opened again after 1 second, doubling to 60 seconds; after 15 losses
///   without an event between them, the host is `offline`, and attempts follow after 1 hour,
///   doubling to 24 hours.
/// - A host that answers `FutureCursor` is `idle`. The cursor is kept: "Clients should not
///   automatically reset" it (Event Stream specification, "Sequence Numbers"). It is reset by an
///   administrator's request, or with the third such answer, at least 24 hours after the first: by
///   then the host has evidently lost its numbers. It is then read from its oldest event.
/// - Anyone may have a host called at once, but not more often than every 10 seconds, and a failed
///   call does not count as a loss.
/// - Silence is not an error: a host may go without events for any length of time.
struct HostState: Sendable {
  /// Why a connection ended or was not established; the labels of a metric.
  enum LossReason: String, Sendable {
    /// The connection ended, or was not established.
    case lost
    /// The host stopped responding.
    case silent
    case malformedFrame
  }

  enum Input: Sendable {
    /// The relay has started.
    case started
    /// Someone asked for a crawl.
    case requested(isAdministrator: Bool)
    case connected(isRelay: Bool)
    /// A numbered event.
    case event
    case lost(LossReason)
    /// The last frame of a stream.
    case errorFrame(String)
    /// The host did not accept the WebSocket.
    case refused(status: Int)
    /// Whether the host has used up a quota, so that its next event has to wait for a long time.
    case quota(isWaiting: Bool)
    case banned
    case unbanned
    /// A domain that contains the host was banned.
    case domainBanned
    case domainUnbanned
    /// The time of a `schedule`.
    case tick
  }

  /// Where a stream begins.
  enum Cursor: Hashable, Sendable {
    /// With the next event.
    case none
    case after(Int)
    /// With the oldest event that the host has: `cursor=0`.
    case oldest
  }

  enum Action: Hashable, Sendable {
    case connect(Cursor)
    /// Ends the connection, or the attempt.
    case close
    /// Asks for a `tick`.
    case schedule(at: SyncTime)
    case status(HostStatus)
    /// Forgets the cursor.
    case reset(reason: String)
    /// Counts the end of a connection.
    case count(String)
  }

  private enum Phase: Sendable {
    case waiting
    case connecting
    case connected(since: SyncTime, hasEvent: Bool)
  }

  static let second: SyncTime = 1_000_000
  static let hour: SyncTime = 3600 * second
  /// The number of losses after which a host is offline.
  private static let maximumFailures = 15
  /// A connection that lasts this long shows that the host can be reached.
  private static let proof = 5 * second
  /// A connection that lasted this long was not a failure.
  private static let steady = 60 * second
  /// Public requests do not call a host more often than this.
  private static let requestInterval = 10 * second

  private(set) var status: HostStatus
  private(set) var failures: Int
  private(set) var nextAttemptAt: SyncTime?
  /// When the host first refused its cursor; nil after an event.
  private(set) var refusedAt: SyncTime?
  /// How far events are finished; set by the driver.
  var cursor: Int?
  private var phase = Phase.waiting
  /// `FutureCursor` answers since the last event.
  private var refusalCount: Int
  /// When the last attempt began.
  private var attemptedAt: SyncTime = 0
  /// The time of the attempt that a request preceded; nil if the current attempt was not requested.
  private var postponed: SyncTime??
  /// Whether a connection without a cursor lasted for a while without an event. Otherwise, events
  /// that the host sends before the next connection would be lost.
  private var startsAtOldest: Bool
  private(set) var isDomainBanned: Bool

  /// - Parameter wasConnected: whether an earlier process was connected to the host.
  init(_ row: HostRow, isDomainBanned: Bool = false, wasConnected: Bool = false) {
    status = row.status
    cursor = row.cursor
    failures = row.failures
    nextAttemptAt = row.nextAttemptAt
    refusedAt = row.refusedAt
    refusalCount = row.refusedAt == nil ? 0 : 1
    startsAtOldest = wasConnected
    self.isDomainBanned = isDomainBanned
  }

  /// The status that is visible from outside.
  var visibleStatus: HostStatus { isDomainBanned ? .banned : status }

  var isConnected: Bool {
    if case .connected = phase { true } else { false }
  }

  /// Whether the connection has brought an event.
  var hasEvent: Bool {
    if case .connected(_, hasEvent: true) = phase { true } else { false }
  }

  private var isBanned: Bool { status == .banned || isDomainBanned }

  /// - Parameter chance: from 0 to 1, spreads attempts over time.
  mutating func on(_ input: Input, at now: SyncTime, chance: Double) -> [Action] {
    switch input {
    case .banned: return ban()
    case .domainBanned:
      isDomainBanned = true
      return disconnect()
    case .unbanned:
      guard status == .banned else { return [] }
      failures = 0
      return [change(.active)].compactMap(\.self) + (isBanned ? [] : connect(now))
    case .domainUnbanned:
      guard isDomainBanned else { return [] }
      isDomainBanned = false
      return isBanned ? [] : connect(now)
    default:
      return isBanned ? [] : follow(input, now, chance)
    }
  }

  private mutating func follow(
    _ input: Input,
    _ now: SyncTime,
    _ chance: Double
  ) -> [Action] {
    switch input {
    case .started:
      if status == .offline || status == .idle, let time = nextAttemptAt, time > now {
        return [.schedule(at: time)]
      }
      // The quotas start over.
      return (status == .throttled ? [change(.active)].compactMap(\.self) : []) + connect(now)
    case .requested(let isAdministrator): return requested(isAdministrator, now)
    case .connected(isRelay: true): return [.count("banned")] + ban()
    case .connected(isRelay: false):
      phase = .connected(since: now, hasEvent: false)
      nextAttemptAt = nil
      return status == .active ? [] : [.schedule(at: now + Self.proof)]
    case .event: return received(now)
    case .lost(let reason): return lost(reason.rawValue, now, chance)
    case .refused: return lost("refused", now, chance)
    case .errorFrame("FutureCursor"): return futureCursor(now, chance)
    case .errorFrame("ConsumerTooSlow"):
      // Back off, and do not loop, if a host sends this error at once.
      guard case .connected(let since, hasEvent: true) = phase, now >= since + Self.second else {
        return lost("errorFrame", now, chance)
      }
      return [.count("errorFrame")] + connect(now)
    case .errorFrame: return lost("errorFrame", now, chance)
    case .quota(let isWaiting):
      guard isConnected else { return [] }
      return [change(isWaiting ? .throttled : .active)].compactMap(\.self)
    case .tick: return tick(now)
    case .banned, .unbanned, .domainBanned, .domainUnbanned: return []
    }
  }
}

// MARK: Connections

extension HostState {
  private mutating func connect(_ now: SyncTime) -> [Action] {
    phase = .connecting
    attemptedAt = now
    postponed = nil
    nextAttemptAt = nil
    if let cursor { return [.connect(.after(cursor))] }
    return [.connect(startsAtOldest ? .oldest : .none)]
  }

  private mutating func requested(_ isAdministrator: Bool, _ now: SyncTime) -> [Action] {
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

  private mutating func received(_ now: SyncTime) -> [Action] {
    guard case .connected(let since, hasEvent: false) = phase else { return [] }
    phase = .connected(since: since, hasEvent: true)
    failures = 0
    forgetRefusals()
    startsAtOldest = false
    postponed = nil
    nextAttemptAt = nil
    return [change(.active)].compactMap(\.self)
  }

  private mutating func tick(_ now: SyncTime) -> [Action] {
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

  private mutating func lost(
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
      // The call was requested.
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

  private mutating func futureCursor(_ now: SyncTime, _ chance: Double) -> [Action] {
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
    // What the host has sent since it lost its numbers is not lost. Events from before are repeated,
    // and dropped by their revisions.
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

  /// Half to all of the delay, so that the hosts of one operator are not all called at once.
  private mutating func schedule(
    _ delay: SyncTime,
    _ now: SyncTime,
    _ chance: Double
  ) -> Action {
    let time = now + delay / 2 + SyncTime(Double(delay / 2) * min(max(chance, 0), 1))
    nextAttemptAt = time
    return .schedule(at: time)
  }

  private mutating func ban() -> [Action] {
    [change(.banned)].compactMap(\.self) + disconnect()
  }

  private mutating func disconnect() -> [Action] {
    phase = .waiting
    nextAttemptAt = nil
    return [.close]
  }

  /// Returns nil if the status has not changed.
  private mutating func change(_ new: HostStatus) -> Action? {
    guard status != new else { return nil }
    status = new
    return .status(new)
  }
}
