public import ATProtoHTTP

/// The tokens of an account, renewed once they have expired. Calls that need a new token at the same
/// time share one renewal.
public actor XRPCSession {
  /// The outcome of a renewal.
  public enum Renewal: Sendable {
    /// The server issued new tokens.
    case renewed(SessionTokens)
    /// The server refuses to renew the session: it expired or was revoked, or the account no longer
    /// exists.
    case ended
    /// The server could not be reached or did not answer; a later attempt may succeed.
    case unavailable(TransportError)
  }

  /// Exchanges the refresh token for new tokens.
  public typealias Renew = @Sendable (SessionTokens) async -> Renewal
  /// Called with new tokens, which must be stored, and with nil when the session ends.
  public typealias Observer = @Sendable (SessionTokens?) async -> Void

  /// The current tokens; nil once the session has ended.
  public private(set) var tokens: SessionTokens?
  private let renew: Renew
  private let observer: Observer?
  private let aftermath: Aftermath
  private var isRenewing = false
  /// The number of completed renewals.
  private var renewals = 0
  private var lastFailure: TransportError?
  private var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
  private var nextWaiter = 0

  /// Creates a session.
  public init(tokens: SessionTokens, renew: @escaping Renew, observer: Observer? = nil) {
    self.init(tokens: tokens, renew: renew, observer: observer, aftermath: Aftermath())
  }

  init(
    tokens: SessionTokens,
    renew: @escaping Renew,
    observer: Observer?,
    aftermath: Aftermath
  ) {
    self.tokens = tokens
    self.renew = renew
    self.observer = observer
    self.aftermath = aftermath
  }

  /// What to do with stored tokens after a logout.
  struct Aftermath: Sendable {
    /// Deletes the account's tokens and returns those to revoke on the server.
    var release: @Sendable (SessionTokens) async -> [SessionTokens] = { [$0] }
    /// Revokes tokens from a renewal that completed after the session had ended.
    var discard: @Sendable (SessionTokens) async -> Void = { _ in }
  }

  /// Forgets the tokens and returns those to revoke on the server. A renewal under way continues, and
  /// its tokens are discarded.
  func end() async -> [SessionTokens] {
    guard let tokens else { return [] }
    self.tokens = nil
    await observer?(nil)
    return await aftermath.release(tokens)
  }

  /// Returns the access token, after waiting for a renewal that is under way.
  func token(deadline: ContinuousClock.Instant) async throws(TransportError) -> String {
    if isRenewing { try await wait(until: deadline) }
    return try accessToken()
  }

  /// Returns an access token newer than `stale`.
  func token(
    renewedAfter stale: String,
    deadline: ContinuousClock.Instant
  ) async throws(TransportError) -> String {
    // A call that was sent with the old token may fail after another call has renewed it.
    guard let current = tokens, current.access == stale else { return try accessToken() }
    if !isRenewing {
      isRenewing = true
      // Not a child of the calling task: its cancellation must not abort the renewal, which uses up
      // the only refresh token.
      Task { await self.renewTokens(current) }
    }
    try await wait(until: deadline)
    if let tokens, tokens.access == stale, let lastFailure { throw lastFailure }
    return try accessToken()
  }

  private func accessToken() throws(TransportError) -> String {
    guard let tokens else {
      throw TransportError(code: .sessionEnded, reason: "the session has ended; log in again")
    }
    return tokens.access
  }

  private func renewTokens(_ current: SessionTokens) async {
    let outcome = await renew(current)
    lastFailure = nil
    if tokens != current {
      // Logged out in the meantime: new tokens must not stay valid.
      if case .renewed(let new) = outcome { await aftermath.discard(new) }
    } else {
      switch outcome {
      case .renewed(let new) where new.did == current.did:
        tokens = new
        await observer?(new)
      case .renewed, .ended:
        tokens = nil
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
