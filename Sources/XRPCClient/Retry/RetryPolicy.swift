public import ATProtoHTTP
public import HTTPTypes
import XRPC

/// When a query is sent again, and after how long: jittered exponential back-off.
public struct RetryPolicy: Hashable, Sendable {
  /// How an attempt ended.
  public enum Outcome: Sendable {
    case response(HTTPResponse)
    case failed(TransportError)
  }

  /// The first one included; 1 for no retries.
  public var maximumAttempts: Int
  /// Before the second attempt; doubled with each one after it.
  public var initialDelay: Duration
  /// Back-off grows to this. A server that asks for more gets it, if the call's deadline allows.
  public var maximumDelay: Duration

  public init(
    maximumAttempts: Int = 3,
    initialDelay: Duration = .milliseconds(200),
    maximumDelay: Duration = .seconds(20)
  ) {
    self.maximumAttempts = maximumAttempts
    self.initialDelay = initialDelay
    self.maximumDelay = maximumDelay
  }

  public static let standard = RetryPolicy()
  public static let never = RetryPolicy(maximumAttempts: 1)

  /// How long to wait before the next attempt; nil where there is to be none.
  ///
  /// - Parameters:
  ///   - attempt: how many have been made, counted from 1.
  ///   - remaining: until the call's deadline; a wait that would reach it is not begun.
  ///   - jitter: 0 to 1; the back-off is between half of itself and all.
  ///   - now: seconds since 1970, for answers that name a point of time.
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
      // Of time-outs only one for connecting leaves time for another attempt.
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

  /// `Retry-After` in either form, else, of 429, `RateLimit-Reset`.
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
