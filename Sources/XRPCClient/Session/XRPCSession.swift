public import XRPC

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
  /// Forgets, at log-out, what is kept of a session; gives the tokens that the server shall forget:
  /// those it was given, or newer ones.
  typealias Forget = @Sendable (SessionTokens) async -> SessionTokens

  /// How long a log-out waits for a renewal under way, whose tokens it has to revoke.
  private static let patience = Duration.seconds(60)

  /// Nil once the session has ended.
  public private(set) var tokens: SessionTokens?
  private let renew: Renew
  private let observer: Observer?
  private let forget: Forget?
  private var isEnding = false
  private var isRenewing = false
  private var lastFailure: TransportError?
  private var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
  private var nextWaiter = 0

  public init(tokens: SessionTokens, renew: @escaping Renew, observer: Observer? = nil) {
    self.init(tokens: tokens, renew: renew, observer: observer, forget: nil)
  }

  init(tokens: SessionTokens, renew: @escaping Renew, observer: Observer?, forget: Forget?) {
    self.tokens = tokens
    self.renew = renew
    self.observer = observer
    self.forget = forget
  }

  /// Forgets the tokens and gives them back, for the server to be told of the log-out.
  ///
  /// A renewal under way brings tokens that the server would not forget: they are waited for.
  func end() async -> SessionTokens? {
    guard tokens != nil, !isEnding else { return nil }
    isEnding = true
    if isRenewing { try? await wait(until: .now + Self.patience) }
    guard let tokens else { return nil }
    self.tokens = nil
    await observer?(nil)
    return await forget?(tokens) ?? tokens
  }

  /// The access token to call with; waits where a renewal is under way.
  func token(deadline: ContinuousClock.Instant) async throws(TransportError) -> String {
    if isRenewing { try await wait(until: deadline) }
    guard let tokens, !isEnding else {
      throw TransportError(code: .sessionEnded, reason: "the session has ended; log in again")
    }
    return tokens.access
  }

  /// A token newer than `stale`, or nil where the session has just ended.
  func token(
    renewedAfter stale: String,
    deadline: ContinuousClock.Instant
  ) async throws(TransportError) -> String? {
    // A call that was sent with the old token may hear of its expiry after others renewed it.
    guard let current = tokens, current.access == stale else { return tokens?.access }
    if isEnding && !isRenewing { return nil }
    if !isRenewing {
      isRenewing = true
      // Not a child of the calling task: its cancellation must not take the renewal, and the
      // only refresh token, away from the others.
      Task { await self.renewTokens(current) }
    }
    try await wait(until: deadline)
    if let tokens, tokens.access == stale, let lastFailure { throw lastFailure }
    return tokens?.access
  }

  private func renewTokens(_ current: SessionTokens) async {
    let outcome = await renew(current)
    lastFailure = nil
    // Else a log-out has waited long enough: the new tokens, if any, are not ours to use.
    if tokens == current {
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
    for waiter in waiters.values { waiter.resume() }
    waiters = [:]
  }

  /// Returns when the renewal under way is over.
  private func wait(until deadline: ContinuousClock.Instant) async throws(TransportError) {
    let id = nextWaiter
    nextWaiter += 1
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
    if isRenewing {
      throw TransportError(code: .timedOut, reason: "the session was not renewed in time")
    }
  }

  private func stopWaiting(_ id: Int) {
    waiters.removeValue(forKey: id)?.resume()
  }
}
