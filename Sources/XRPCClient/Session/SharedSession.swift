package import ATProtoHTTP

/// A session that the calls of a process share. Calls that need a new access token at the same time
/// share one renewal.
package actor SharedSession<Session: RenewableSession> {
  /// The current session; nil once it has ended.
  package private(set) var current: Session?
  private let renew: @Sendable (Session) async -> SessionRenewal<Session>
  private let observer: (@Sendable (Session?) async -> Void)?
  private let aftermath: Aftermath
  private var isRenewing = false
  /// The number of completed renewals.
  private var renewals = 0
  private var lastFailure: TransportError?
  private var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
  private var nextWaiter = 0

  /// - Parameters:
  ///   - renew: exchanges the refresh token for new tokens.
  ///   - observer: called with each new generation, and with nil when the session ends.
  package init(
    _ session: Session,
    renew: @escaping @Sendable (Session) async -> SessionRenewal<Session>,
    observer: (@Sendable (Session?) async -> Void)? = nil,
    aftermath: Aftermath = Aftermath()
  ) {
    current = session
    self.renew = renew
    self.observer = observer
    self.aftermath = aftermath
  }

  /// What the owner of a stored session does after a logout.
  package struct Aftermath: Sendable {
    /// Deletes the account's session and returns those to revoke on the server.
    package var release: @Sendable (Session) async -> [Session]
    /// Revokes a session from a renewal that completed after the logout.
    package var discard: @Sendable (Session) async -> Void

    package init(
      release: @escaping @Sendable (Session) async -> [Session] = { [$0] },
      discard: @escaping @Sendable (Session) async -> Void = { _ in }
    ) {
      self.release = release
      self.discard = discard
    }
  }

  /// Forgets the session and returns those to revoke on the server. A renewal under way continues, and
  /// its result is discarded.
  package func end() async -> [Session] {
    guard let current else { return [] }
    self.current = nil
    await observer?(nil)
    return await aftermath.release(current)
  }

  /// Returns the session, after waiting for a renewal that is under way.
  package func session(deadline: ContinuousClock.Instant) async throws(TransportError) -> Session {
    if isRenewing { try await wait(until: deadline) }
    return try living()
  }

  /// Returns the session with an access token newer than `stale`.
  package func session(
    renewedAfter stale: String,
    deadline: ContinuousClock.Instant
  ) async throws(TransportError) -> Session {
    // A call that was sent with the old token may fail after others have renewed it.
    guard let former = current, former.accessToken == stale else { return try living() }
    if !isRenewing {
      isRenewing = true
      // Not a child of the calling task: its cancellation must not abort the renewal, which uses up
      // the only refresh token.
      Task { await self.replace(former) }
    }
    try await wait(until: deadline)
    if let current, current.accessToken == stale, let lastFailure { throw lastFailure }
    return try living()
  }

  private func living() throws(TransportError) -> Session {
    guard let current else {
      throw TransportError(code: .sessionEnded, reason: "the session has ended; log in again")
    }
    return current
  }

  private func replace(_ former: Session) async {
    let outcome = await renew(former)
    lastFailure = nil
    if current != former {
      // Logged out in the meantime: new tokens must not stay valid.
      if case .renewed(let new) = outcome { await aftermath.discard(new) }
    } else {
      switch outcome {
      case .renewed(let new) where new.accountDID == former.accountDID:
        current = new
        await observer?(new)
      case .renewed, .ended:
        current = nil
        await observer?(nil)
      case .unavailable(let error):
        lastFailure = error
      }
    }
    isRenewing = false
    renewals += 1
    for waiter in waiters.values { waiter.resume() }
    waiters = [:]
  }

  /// Waits for the renewal that is under way.
  private func wait(until deadline: ContinuousClock.Instant) async throws(TransportError) {
    let id = nextWaiter
    nextWaiter += 1
    // The next renewal may have started before this task runs again.
    let former = renewals
    let alarm = Task {
      try? await Task.sleep(until: deadline, clock: .continuous)
      if !Task.isCancelled { self.stopWaiting(id) }
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        if Task.isCancelled {
          continuation.resume()
        } else {
          waiters[id] = continuation
        }
      }
    } onCancel: {
      Task { await self.stopWaiting(id) }
    }
    alarm.cancel()
    if Task.isCancelled {
      throw .cancelled
    }
    if renewals == former {
      throw TransportError(code: .timedOut, reason: "cannot renew the session: no response in time")
    }
  }

  private func stopWaiting(_ id: Int) {
    waiters.removeValue(forKey: id)?.resume()
  }
}
