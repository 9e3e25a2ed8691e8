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
  enum Phase: Sendable {
    case waiting
    case connecting
    case connected(since: SyncTime, hasEvent: Bool)
  }

  static let second: SyncTime = 1_000_000
  static let hour: SyncTime = 3600 * second

  // Only `on` changes the properties below.

  var status: HostStatus
  var failures: Int
  var nextAttemptAt: SyncTime?
  /// When the host first refused its cursor; nil after an event.
  var refusedAt: SyncTime?
  /// How far events are finished; set by the driver.
  var cursor: Int?
  var phase = Phase.waiting
  /// `FutureCursor` answers since the last event.
  var refusalCount: Int
  /// When the last attempt began.
  var attemptedAt: SyncTime = 0
  /// The time of the attempt that a request preceded; nil if the current attempt was not requested.
  var postponed: SyncTime??
  /// Whether a connection without a cursor lasted for a while without an event. Otherwise, events
  /// that the host sends before the next connection would be lost.
  var startsAtOldest: Bool
  var isDomainBanned: Bool

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
