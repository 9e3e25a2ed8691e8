import ATProtoCrypto
import ATProtoSyntax

// The identity: which host may speak for the account, and with which key it signs.

extension SyncState {
  /// "They should remember the host each subscription (WebSocket) is connected to, and reject
  /// `#commit` and `#sync` events for accounts if they come from a stream which does not correspond
  /// to the current account for that DID." The account lifecycle guide adds `#account` events.
  ///
  /// Returns nil if the identity is known and the event comes from the PDS.
  mutating func checkSource(
    _ event: WaitingEvent,
    _ now: SyncTime,
    _ actions: inout [SyncAction]
  ) -> Step? {
    if let broken = brokenIdentity { return reject(event, broken.reason, broken.detail, &actions) }
    guard let identity = account.identity else {
      if lookup == nil { resolveIdentity(isRefresh: event.isIdentity, now, &actions) }
      return .waiting
    }
    if identity.checkedAt.adding(policy.identityLifetime) <= now {
      // An old identity is better than none while the PLC directory is down or slow: it serves until
      // the answer arrives.
      if lookup == nil { resolveIdentity(isRefresh: false, now, &actions) }
    }
    if !policy.checksHost || event.input.host == identity.pds { return nil }
    // Only a refresh that began after the event arrived shows whether the account has moved.
    if account.refreshedAt >= event.receivedAt {
      return reject(event, .wrongHost, "the PDS of the account is \(identity.pds)", &actions)
    }
    refreshOnceAllowed(now, &actions)
    return .setAside
  }

  /// An `#identity` event of the PDS. "Downstream services should update any cached identity
  /// metadata."
  mutating func decide(
    _ event: WaitingEvent,
    _ message: IdentityMessage,
    _ now: SyncTime,
    _ actions: inout [SyncAction]
  ) -> Step {
    if let answer, answer.askedAt >= event.receivedAt {
      accept(event, message, answer, &actions)
      return .finished
    }
    if lookup?.isRunning == true { return .waiting }
    if lookup == nil, mayRefresh(at: now) {
      resolveIdentity(isRefresh: true, now, &actions)
      return .waiting
    }
    // The refresh is postponed, not skipped: a commit with a new key may be waiting for it.
    if lookup == nil { refreshOnceAllowed(now, &actions) }
    accept(event, message, nil, &actions)
    return .finished
  }

  func accept(
    _ event: WaitingEvent,
    _ message: IdentityMessage,
    _ answer: IdentityAnswer?,
    _ actions: inout [SyncAction]
  ) {
    // "They may … always remove the handle field."
    let handle = message.handle.flatMap { text in
      answer?.claims?.normalized.string == text.lowercased() ? text : nil
    }
    actions.append(.accept(id: event.input.id, .identity(handle: handle)))
  }
}

extension WaitingEvent {
  fileprivate var isIdentity: Bool {
    if case .identity = input.content { true } else { false }
  }
}
