import ATProtoCrypto
import ATProtoSyntax

// Lookups of the identity, and their results.

extension SyncState {
  private static let brokenTime: SyncTime = 60_000_000
  private static let firstRetry: SyncTime = 1_000_000
  private static let longestRetry: SyncTime = 300_000_000

  func mayRefresh(at now: SyncTime) -> Bool {
    account.refreshedAt == 0 || account.refreshedAt.adding(policy.refreshInterval) <= now
  }

  mutating func resolveIdentity(
    isRefresh: Bool,
    _ now: SyncTime,
    _ actions: inout [SyncAction]
  ) {
    lookup = IdentityLookup(isRefresh: isRefresh, stage: .running(since: now))
    actions.append(.resolveIdentity(isRefresh: isRefresh))
  }

  /// Refreshes the identity now, or once the refresh interval since the last one has passed.
  mutating func refreshOnceAllowed(_ now: SyncTime, _ actions: inout [SyncAction]) {
    if let lookup {
      if !lookup.isRunning, mayRefresh(at: now) { self.lookup?.isRefresh = true }
    } else if mayRefresh(at: now) {
      resolveIdentity(isRefresh: true, now, &actions)
    } else {
      let time = account.refreshedAt.adding(policy.refreshInterval)
      lookup = IdentityLookup(isRefresh: true, stage: .waiting(until: time))
      actions.append(.wake(at: time))
    }
  }

  mutating func retryLookup(_ now: SyncTime, _ actions: inout [SyncAction]) {
    guard let lookup, case .waiting(let time) = lookup.stage, time <= now else { return }
    self.lookup?.stage = .running(since: now)
    actions.append(.resolveIdentity(isRefresh: lookup.isRefresh))
  }

  mutating func takeIdentity(
    _ result: Result<SyncIdentity, SyncFailure>,
    _ handle: Handle?,
    _ now: SyncTime,
    _ actions: inout [SyncAction]
  ) {
    guard let lookup, case .running(let start) = lookup.stage else { return }
    switch result {
    case .success(let identity):
      self.lookup = nil
      if lookup.isRefresh { account.refreshedAt = start }
      let known = account.identity
      account.identity = identity
      let answer = IdentityAnswer(
        askedAt: start,
        claims: handle,
        isChanged: known.map { !$0.isSame(as: identity) } ?? false
      )
      self.answer = answer
      if policy.checksHost, known?.pds != identity.pds {
        if statusQuery?.isExpected == false { statusQuery = nil }
        actions.append(.moved(from: known?.pds, to: identity.pds))
      }
      admitStrangers(identity, answer, &actions)
      if !strangers.isEmpty { refreshOnceAllowed(now, &actions) }
    case .failure(let failure) where failure.kind == .temporary:
      let attempt = lookup.attempt + 1
      let delay = SyncTime.backOff(from: Self.firstRetry, to: Self.longestRetry, attempt: attempt)
      self.lookup?.attempt = attempt
      self.lookup?.stage = .waiting(until: now.adding(delay))
      actions.append(.wake(at: now.adding(delay)))
    case .failure(let failure):
      self.lookup = nil
      dropIdentity(failure, now, &actions)
    }
  }

  /// Decides on events from hosts other than the PDS, given a new identity. Events that arrived
  /// after the last refresh began wait for the next one, because its answer may predate the move to
  /// their host.
  private mutating func admitStrangers(
    _ identity: SyncIdentity,
    _ answer: IdentityAnswer,
    _ actions: inout [SyncAction]
  ) {
    var admitted: [WaitingEvent] = []
    var undecided: [WaitingEvent] = []
    for event in strangers {
      if event.input.host == identity.pds {
        admitted.append(event)
      } else if case .identity(let message) = event.input.content, answer.isChanged {
        accept(event, message, answer, &actions)
      } else if account.refreshedAt < event.receivedAt {
        undecided.append(event)
      } else {
        _ = reject(event, .wrongHost, "the PDS of the account is \(identity.pds)", &actions)
      }
    }
    strangers = undecided
    if !admitted.isEmpty {
      queue = admitted + queue
      failedSignature = nil
    }
  }

  /// "They should ignore `#commit` and `#sync` events for accounts which do not have a functioning
  /// atproto identity."
  private mutating func dropIdentity(
    _ failure: SyncFailure,
    _ now: SyncTime,
    _ actions: inout [SyncAction]
  ) {
    let isKnown = account.identity != nil || account.head != nil
    account.identity = nil
    let broken = BrokenIdentity(
      reason: failure.kind == .tombstoned ? .tombstoned : .noIdentity,
      detail: failure.reason,
      until: now.adding(Self.brokenTime)
    )
    brokenIdentity = broken
    actions.append(.wake(at: broken.until))
    // "If the account's identity is `tombstoned`, the account hosting status should be interpreted as
    // `deleted`" (Account Hosting specification).
    let deleted = HostedStatus.inactive("deleted")
    if failure.kind == .tombstoned, isKnown, account.upstream != deleted {
      account.upstream = deleted
      actions.append(.statusFound(deleted))
    }
    for event in held + strangers { _ = reject(event, broken.reason, broken.detail, &actions) }
    held = []
    strangers = []
  }
}

extension SyncIdentity {
  fileprivate func isSame(as other: SyncIdentity) -> Bool {
    signingKey == other.signingKey && pds == other.pds
  }
}

/// A lookup of the identity that is running or to be repeated.
struct IdentityLookup: Sendable {
  enum Stage: Sendable {
    case running(since: SyncTime)
    case waiting(until: SyncTime)
  }

  var isRefresh: Bool
  var stage: Stage
  /// The number of attempts that have failed.
  var attempt = 0

  var isRunning: Bool {
    if case .running = stage { true } else { false }
  }
}

/// The result of a successful lookup.
struct IdentityAnswer: Sendable {
  let askedAt: SyncTime
  let claims: Handle?
  /// Whether the key or the PDS was another one before.
  let isChanged: Bool
}

/// An identity that does not exist or does not work, remembered for a while.
struct BrokenIdentity: Sendable {
  let reason: SyncRejection.Reason
  let detail: String
  let until: SyncTime
}
