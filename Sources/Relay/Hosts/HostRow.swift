package import ATProtoRepo

/// The status of a host, as `com.atproto.sync.getHostStatus` reports it.
package enum HostStatus: String, CaseIterable, Sendable {
  /// The relay receives its events, or did until a moment ago.
  case active
  /// It refused the cursor; see ``HostState``.
  case idle
  /// It cannot be reached.
  case offline
  /// It sends more than its quotas allow.
  case throttled
  /// The operator has banned it, or it is a relay itself.
  case banned
}

/// What a relay stores about a host.
///
/// Checkpoints write ``cursor`` and ``ahead``; everything else is written by ``Hosts``.
package struct HostRow: Hashable, Sendable {
  package var id: HostID
  package var name: HostName
  package var createdAt: SyncTime
  package var status: HostStatus
  /// The number up to which every event of the host has been finished; nil before the first one.
  package var cursor: Int?
  /// The numbers after ``cursor`` that have been finished, in ascending order.
  package var ahead: [Range<Int>]
  /// The maximum number of accounts, if it is not the default.
  package var accountLimit: Int?
  /// The number of failed attempts to connect since the last event.
  package var failures: Int
  /// When the next attempt is due, for a host that is not connected.
  package var nextAttemptAt: SyncTime?
  package var alertsSilenced: Bool
  package var alertedAt: SyncTime?
  /// When the host first refused its cursor; nil after an event.
  package var refusedAt: SyncTime?

  package init(
    id: HostID,
    name: HostName,
    createdAt: SyncTime,
    status: HostStatus = .active,
    cursor: Int? = nil,
    ahead: [Range<Int>] = [],
    accountLimit: Int? = nil,
    failures: Int = 0,
    nextAttemptAt: SyncTime? = nil,
    alertsSilenced: Bool = false,
    alertedAt: SyncTime? = nil,
    refusedAt: SyncTime? = nil
  ) {
    self.id = id
    self.name = name
    self.createdAt = createdAt
    self.status = status
    self.cursor = cursor
    self.ahead = ahead
    self.accountLimit = accountLimit
    self.failures = failures
    self.nextAttemptAt = nextAttemptAt
    self.alertsSilenced = alertsSilenced
    self.alertedAt = alertedAt
    self.refusedAt = refusedAt
  }
}

/// A host as operators and `com.atproto.sync.listHosts` see it, at this moment.
package struct HostView: Sendable {
  package var row: HostRow
  /// The limit that applies.
  package var accountLimit: Int
  package var isTrusted: Bool
  package var isConnected: Bool
  /// The number of events received since the relay started.
  package var eventsReceived: Int
  /// Events per second during the last minute.
  package var rate: Double
  package var quotas: HostQuotas
  /// The age of the newest event when it arrived; nil before the first one.
  package var lag: Duration?
  /// The number of events that were received and are not finished.
  package var waiting: Int
}
