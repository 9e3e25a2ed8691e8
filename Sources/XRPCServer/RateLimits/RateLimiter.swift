import ATProtoSyntax
import HTTPTypes
import Synchronization
public import XRPC

/// Counts calls by key: an address, an account, whatever a route says. Several limits may hold at
/// once, 300 a day and 30 in five minutes.
public final class RateLimiter: Sendable {
  private let windows: Mutex<[FixedWindows]>
  private let now: @Sendable () -> ContinuousClock.Instant

  /// - Parameters:
  ///   - capacity: keys that are told apart; about 50 bytes each and limit.
  ///   - now: the clock, for tests.
  public init(
    _ limits: [RateLimit],
    capacity: Int = 100_000,
    now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
  ) {
    precondition(!limits.isEmpty, "a limiter has limits")
    windows = Mutex(limits.map { FixedWindows($0, capacity: capacity) })
    self.now = now
  }

  /// How many windows it keeps.
  package var count: Int {
    windows.withLock { windows in windows.reduce(0) { $0 + $1.count } }
  }

  /// Takes points from the key in every limit, and answers the tightest of them.
  public func consume(_ points: Int = 1, by key: some Hashable) -> RateLimitStatus {
    let now = now()
    return windows.withLock { windows in
      var tightest = windows[0].consume(points, by: key, at: now)
      for index in windows.indices.dropFirst() {
        let status = windows[index].consume(points, by: key, at: now)
        if status.isTighter(than: tightest) { tightest = status }
      }
      return tightest
    }
  }
}

extension RateLimitStatus {
  /// The error for a call that exceeded the limit: 429 with `Retry-After` and the `RateLimit-*`
  /// fields.
  public var error: XRPCServerError {
    var error = XRPCServerError.rateLimitExceeded(retryAfter: wholeSeconds)
    write(to: &error.headers, at: Datetime.Instant.now.seconds)
    return error
  }
}

extension XRPCContext {
  /// Takes points from the key, and tells the client what is left of them, also where the call
  /// fails for another reason. Throws `RateLimitExceeded` where there were not enough.
  public func consume(
    _ points: Int = 1,
    of limiter: RateLimiter,
    by key: some Hashable
  ) throws(XRPCServerError) {
    guard !isExemptFromRateLimits else { return }
    let status = limiter.consume(points, by: key)
    responseHeaders.note(status)
    if status.isExceeded { throw status.error }
  }
}
