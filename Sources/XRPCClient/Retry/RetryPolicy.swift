public import ATProtoHTTP
public import HTTPTypes
import XRPC

/// When a query is retried, with jittered exponential backoff.
public struct RetryPolicy: Hashable, Sendable {
  /// The outcome of an attempt.
  public enum Outcome: Sendable {
    case response(HTTPResponse)
    case failed(TransportError)
  }

  /// The number of attempts including the first; 1 for no retries.
  public var maximumAttempts: Int
  /// The delay before the second attempt, doubled for each further one.
  public var initialDelay: Duration
  /// The longest backoff. A longer delay that a server requests is respected if the call's deadline
  /// allows it.
  public var maximumDelay: Duration

  /// Creates a policy.
  public init(
    maximumAttempts: Int = 3,
    initialDelay: Duration = .milliseconds(200),
    maximumDelay: Duration = .seconds(20)
  ) {
    self.maximumAttempts = maximumAttempts
    self.initialDelay = initialDelay
    self.maximumDelay = maximumDelay
  }

  /// The default policy.
  public static let standard = RetryPolicy()
  /// A policy without retries.
  public static let never = RetryPolicy(maximumAttempts: 1)

  /// Returns the delay before the next attempt; nil if there is none.
  ///
  /// - Parameters:
  ///   - outcome: the outcome of the last attempt.
  ///   - attempt: the number of attempts so far, starting with 1.
  ///   - remaining: the time until the call's deadline; a delay that would exceed it ends the retries.
  ///   - jitter: a random number from 0 to 1; the delay is between half and all of the backoff.
  ///   - now: the current time in seconds since 1970, for responses that name a time.
  public func delay(
    after outcome: Outcome,
    attempt: Int,
    remaining: Duration,
    jitter: Double,
    now: Int64
  ) -> Duration? {
    guard attempt < maximumAttempts else { return nil }
    let asked: Duration?
    switch outcome {
    case .failed(let error):
      // After a timeout, there is time for another attempt only if connecting timed out.
      guard [.cannotConnect, .connectionLost, .timedOut].contains(error.code) else { return nil }
      asked = nil
    case .response(let head):
      guard [429, 502, 503, 504].contains(head.status.code) else { return nil }
      asked = Self.wait(askedBy: head, now: now)
    }
    let delay = max(backOff(attempt) * (0.5 + jitter / 2), asked ?? .zero)
    return delay < remaining ? delay : nil
  }

  private func backOff(_ attempt: Int) -> Duration {
    var delay = initialDelay
    for _ in 1..<attempt where delay < maximumDelay { delay *= 2 }
    return min(delay, maximumDelay)
  }

  /// Reads `Retry-After` in either form, otherwise `RateLimit-Reset` of a 429 response.
  static func wait(askedBy head: HTTPResponse, now: Int64) -> Duration? {
    if let text = head.headerFields[.retryAfter] {
      if let seconds = UInt32(text) { return .seconds(Int64(seconds)) }
      if let date = HTTPDate(text) { return .seconds(max(0, date.seconds - now)) }
    }
    guard head.status == .tooManyRequests, let limit = RateLimitNotice(head.headerFields) else {
      return nil
    }
    let (seconds, overflows) = limit.reset.subtractingReportingOverflow(now)
    return .seconds(overflows ? 0 : max(0, min(seconds, Int64(UInt32.max))))
  }
}
