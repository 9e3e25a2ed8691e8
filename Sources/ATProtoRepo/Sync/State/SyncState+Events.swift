import ATProtoCrypto
import ATProtoSyntax

// Decisions on individual events (Sync specification, "Message Validation Checklist").

extension SyncState {
  mutating func decide(
    _ event: WaitingEvent,
    _ now: SyncTime,
    _ actions: inout [SyncAction]
  ) -> Step {
    switch event.input.content {
    case .commit, .sync:
      if let rejection = staleness(of: event.input.content) {
        actions.append(.reject(id: event.input.id, rejection))
        return .finished
      }
      return checkSource(event, now, &actions)
        ?? checkStatus(event, now, &actions)
        ?? checkPhase(event, &actions)
        ?? verify(event, now, &actions)
    case .identity(let message):
      if let answer, answer.isChanged, answer.askedAt >= event.receivedAt {
        // The last event of an old PDS may announce that the account has moved away.
        accept(event, message, answer, &actions)
        return .finished
      }
      return checkSource(event, now, &actions) ?? decide(event, message, now, &actions)
    case .account(let message):
      // Status is propagated hop by hop: consumers rely on the status that their relay sends.
      if policy.checksHost, let step = checkSource(event, now, &actions) { return step }
      account.upstream = HostedStatus(isActive: message.isActive, status: message.status)
      actions.append(.accept(id: event.input.id, .account(account.upstream)))
      return .finished
    case .malformed(let reason):
      return reject(event, .malformed, reason, &actions)
    case .info, .error, .unknown:
      return reject(event, .malformed, "the frame is not about an account", &actions)
    }
  }

  func reject(
    _ event: WaitingEvent,
    _ reason: SyncRejection.Reason,
    _ detail: String,
    _ actions: inout [SyncAction]
  ) -> Step {
    actions.append(.reject(id: event.input.id, SyncRejection(reason, detail)))
    return .finished
  }

  /// "Services should ignore `#commit` and `#sync` events with a `rev` lower or equal to the most
  /// recent successfully processed `rev` for that DID", whoever sent them. Returns nil for others.
  func staleness(of content: FirehoseEvent.Content) -> SyncRejection? {
    guard let head = account.head, let rev = content.rev, rev <= head.rev else { return nil }
    return SyncRejection(.revNotNewer, "rev \(rev.string) is not after \(head.rev.string)")
  }

  // MARK: Status at the host

  /// "Services should track account hosting status for each DID, and ignore `#commit` and `#sync`
  /// events for events which are not `active`." If the host sends them anyway, it may have
  /// reactivated the account without a message that arrived.
  private mutating func checkStatus(
    _ event: WaitingEvent,
    _ now: SyncTime,
    _ actions: inout [SyncAction]
  ) -> Step? {
    if account.upstream.isActive { return nil }
    guard let query = statusQuery else {
      statusQuery = StatusQuery(host: account.identity?.pds, askedAt: now)
      actions.append(.fetchHostStatus)
      return .waiting
    }
    if query.isExpected { return .waiting }
    return reject(
      event,
      .inactive,
      "the host reports the account as \(account.upstream.status ?? "inactive")",
      &actions
    )
  }

  mutating func takeHostStatus(
    _ result: Result<HostedStatus, SyncFailure>,
    _ actions: inout [SyncAction]
  ) {
    guard let query = statusQuery, query.isExpected else { return }
    guard query.host == account.identity?.pds else {
      // The account has moved since then.
      statusQuery = nil
      return
    }
    statusQuery?.isExpected = false
    actions.append(.wake(at: query.end))
    guard case .success(let status) = result, status != account.upstream else { return }
    account.upstream = status
    actions.append(.statusFound(status))
  }

  // MARK: Data

  private func checkPhase(_ event: WaitingEvent, _ actions: inout [SyncAction]) -> Step? {
    switch (fetch.stage, event.input.content) {
    case (.idle, _): nil
    // "Any events for a repository in `in-progress` state are enqueued for processing."
    case (.wanted, _), (.running, _): .held
    // A signed commit is all that is missing.
    case (.pausing, .sync) where !policy.keepsRecords: nil
    case (.pausing, _):
      reject(event, .desynchronized, "the repository could not be fetched", &actions)
    }
  }

  private mutating func verify(
    _ event: WaitingEvent,
    _ now: SyncTime,
    _ actions: inout [SyncAction]
  ) -> Step {
    guard let key = account.identity?.signingKey else { return .waiting }
    if let failedSignature, failedSignature.key == key {
      return refreshKey(after: failedSignature, of: event, now, &actions)
    }
    let known = KnownAccount(did: account.did, signingKey: key, head: account.head)
    do throws(SyncError) {
      switch event.input.content {
      case .commit(let message) where isMissingBeginning(message):
        beginFetch(&actions)
        return .held
      case .commit(let message):
        let verified = try policy.verifier.verify(message, for: known, now: now)
        adopt(verified.commit)
        actions.append(.accept(id: event.input.id, .commit(verified)))
      case .sync(let message):
        let verified = try policy.verifier.verify(message, for: known, now: now)
        accept(verified, event, &actions)
      default: break
      }
      return .finished
    } catch {
      switch error.consequence {
      case .refreshIdentity:
        let failed = FailedSignature(key: key, at: now, reason: error.reason)
        failedSignature = failed
        return refreshKey(after: failed, of: event, now, &actions)
      case .resynchronize:
        beginFetch(&actions)
        return .held
      case .ignore, .reject:
        let rejection = SyncRejection(error)
        return reject(event, rejection.reason, rejection.detail, &actions)
      }
    }
  }

  /// Whether a service that keeps records does not have those from before a commit: the repository was
  /// to begin with an earlier one, which was rejected.
  private func isMissingBeginning(_ message: CommitMessage) -> Bool {
    policy.keepsRecords && account.head == nil
      && (message.since != nil || message.prevData != nil)
  }

  /// "If the signature initially fails to verify, the service should refresh the identity metadata
  /// in case it had recently changed. Events with conclusively invalid signatures should be
  /// rejected."
  private mutating func refreshKey(
    after failed: FailedSignature,
    of event: WaitingEvent,
    _ now: SyncTime,
    _ actions: inout [SyncAction]
  ) -> Step {
    if lookup != nil { return .waiting }
    if account.refreshedAt < failed.at, mayRefresh(at: now) {
      resolveIdentity(isRefresh: true, now, &actions)
      return .waiting
    }
    return reject(event, .badSignature, failed.reason, &actions)
  }

  private mutating func accept(
    _ verified: VerifiedSyncMessage,
    _ event: WaitingEvent,
    _ actions: inout [SyncAction]
  ) {
    // Only the first `#sync` after a failure comes here while the repository is missing.
    fetch = RepositoryFetch()
    adopt(verified.commit)
    actions.append(.accept(id: event.input.id, .sync(verified)))
    if policy.keepsRecords, verified.requiresResynchronization { beginFetch(&actions) }
  }

  mutating func adopt(_ commit: Commit) {
    account.head = commit.head
    account.commit = commit.cid
  }
}

/// A signature that was not made with the key that was known.
struct FailedSignature: Sendable {
  let key: PublicKey
  let at: SyncTime
  let reason: String
}

/// A question to the host about the status of the account, at most one in a minute.
struct StatusQuery: Sendable {
  static let interval: SyncTime = 60_000_000

  /// The PDS that is asked.
  let host: String?
  let askedAt: SyncTime
  /// Whether the answer has not arrived.
  var isExpected = true

  var end: SyncTime { askedAt.adding(Self.interval) }

  func isOver(at now: SyncTime) -> Bool { !isExpected && end <= now }
}

extension FirehoseEvent.Content {
  /// The revision of a message with data, unless it is malformed.
  fileprivate var rev: TID? {
    switch self {
    case .commit(let message): try? TID(message.rev)
    case .sync(let message): try? TID(message.rev)
    case .identity, .account, .info, .error, .malformed, .unknown: nil
    }
  }
}
