import ATProtoSyntax
import HTTPTypes
import Synchronization
public import XRPC

/// Counts calls by key: an IP address, an account, or anything else. Several limits can apply at once,
/// for instance 300 a day and 30 in five minutes.
public final class RateLimiter: Sendable {
  private let windows: Mutex<[FixedWindows]>
  private let now: @Sendable () -> ContinuousClock.Instant

  /// Creates a limiter.
  ///
  /// - Parameters:
  ///   - capacity: the number of keys that are counted separately; each takes about 50 bytes per limit.
  ///   - now: returns the current time, for tests.
  /// - Precondition: `limits` is not empty.
  public init(
    _ limits: [RateLimit],
    capacity: Int = 100_000,
    now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
  ) {
    precondition(!limits.isEmpty, "a rate limiter needs a limit")
    windows = Mutex(limits.map { FixedWindows($0, capacity: capacity) })
    self.now = now
  }

  /// The number of windows that are kept.
  package var count: Int {
    windows.withLock { windows in windows.reduce(0) { $0 + $1.count } }
  }

  /// Uses points of the key in every limit and returns the status of the tightest one.
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
  /// Uses points of a key. The response tells the client what is left of them, even if the call fails
  /// for another reason.
  ///
  /// - Throws: 429 `RateLimitExceeded` if not enough points were left.
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
