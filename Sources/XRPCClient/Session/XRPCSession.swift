public import ATProtoHTTP

/// An account's tokens, renewed when they have expired: once, however many calls wait for it.
public actor XRPCSession {
  /// The outcome of an attempt to renew.
  public enum Renewal: Sendable {
    case renewed(SessionTokens)
    /// The server will not renew it: expired, revoked, account gone.
    case ended
    /// It could not be asked, or did not answer; a later attempt may succeed.
    case unavailable(TransportError)
  }

  public typealias Renew = @Sendable (SessionTokens) async -> Renewal
  /// Told of new tokens, which must be kept, and of the end, as nil.
  public typealias Observer = @Sendable (SessionTokens?) async -> Void

  /// Nil once the session has ended.
  public private(set) var tokens: SessionTokens?
  private let renew: Renew
  private let observer: Observer?
  private let aftermath: Aftermath
  private var isRenewing = false
  /// How many are over.
  private var renewals = 0
  private var lastFailure: TransportError?
  private var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
  private var nextWaiter = 0

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

  /// What a log-out asks of whoever keeps the tokens.
  struct Aftermath: Sendable {
    /// Forgets the account's tokens; gives those that the server is to be told of.
    var release: @Sendable (SessionTokens) async -> [SessionTokens] = { [$0] }
    /// Rids the world of tokens that a renewal gave when the session had ended.
    var discard: @Sendable (SessionTokens) async -> Void = { _ in }
  }

  /// Forgets the tokens, and gives those that the server is to be told of. A renewal under way goes
  /// on, and what it gives is discarded.
  func end() async -> [SessionTokens] {
    guard let tokens else { return [] }
    self.tokens = nil
    await observer?(nil)
    return await aftermath.release(tokens)
  }

  /// The access token to call with; waits where a renewal is under way.
  func token(deadline: ContinuousClock.Instant) async throws(TransportError) -> String {
    if isRenewing { try await wait(until: deadline) }
    return try accessToken()
  }

  /// A token newer than `stale`.
  func token(
    renewedAfter stale: String,
    deadline: ContinuousClock.Instant
  ) async throws(TransportError) -> String {
    // A call that was sent with the old token may hear of its expiry after others renewed it.
    guard let current = tokens, current.access == stale else { return try accessToken() }
    if !isRenewing {
      isRenewing = true
      // Not a child of the calling task: its cancellation must not take the renewal, and the
      // only refresh token, away from the others.
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
      // Logged out meanwhile: nobody is to have the new tokens, if any.
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

  /// Returns when the renewal under way is over.
  private func wait(until deadline: ContinuousClock.Instant) async throws(TransportError) {
    let id = nextWaiter
    nextWaiter += 1
    // The next one may have begun before this task runs again.
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
      throw TransportError(code: .cancelled, reason: "the call was cancelled")
    }
    if renewals == former {
      throw TransportError(code: .timedOut, reason: "the session was not renewed in time")
    }
  }

  private func stopWaiting(_ id: Int) {
    waiters.removeValue(forKey: id)?.resume()
  }
}
