public import HTTPTypes

/// A number of points that a key may use in a window of fixed length.
///
/// A call costs one point unless its handler consumes more. A key's window starts with its first
/// call; when it ends, all points are available again.
public struct RateLimit: Hashable, Sendable {
  /// The points available in one window.
  public var points: Int
  /// The length of the window in seconds.
  public var seconds: Int

  /// Creates a limit of `points` in every window of `seconds` seconds.
  ///
  /// - Precondition: both are positive.
  public init(_ points: Int, perSeconds seconds: Int) {
    precondition(points > 0 && seconds > 0, "a rate limit needs positive points and seconds")
    self.points = points
    self.seconds = seconds
  }

  /// A limit of `points` in a window of `minutes` minutes.
  public static func perMinutes(_ minutes: Int, _ points: Int) -> RateLimit {
    RateLimit(points, perSeconds: minutes * 60)
  }

  /// A limit of `points` in a window of 24 hours.
  public static func perDay(_ points: Int) -> RateLimit {
    RateLimit(points, perSeconds: 86_400)
  }
}

/// The state of a key's rate limit after a call.
public struct RateLimitStatus: Hashable, Sendable {
  /// The limit that was counted against.
  public let limit: RateLimit
  /// The points left in the window; 0 if the call exceeded the limit.
  public let remaining: Int
  /// True if the call used more points than were left.
  public let isExceeded: Bool
  /// The time until the window ends.
  public let resetsAfter: Duration

  package init(limit: RateLimit, remaining: Int, isExceeded: Bool, resetsAfter: Duration) {
    self.limit = limit
    self.remaining = remaining
    self.isExceeded = isExceeded
    self.resetsAfter = resetsAfter
  }

  /// Sets `RateLimit-Limit`, `-Remaining`, `-Reset` and `-Policy` as deployed servers do:
  /// `-Reset` is a time in seconds since 1970, and `-Policy` has the form `300;w=86400`.
  ///
  /// - Parameter seconds: the current time, in seconds since 1970.
  public func write(to fields: inout HTTPFields, at seconds: Int64) {
    fields[.rateLimitLimit] = String(limit.points)
    fields[.rateLimitRemaining] = String(remaining)
    fields[.rateLimitReset] = String(seconds + Int64(wholeSeconds))
    fields[.rateLimitPolicy] = "\(limit.points);w=\(limit.seconds)"
  }

  /// ``resetsAfter`` rounded up to whole seconds, at least 1: retrying at once would be too early.
  package var wholeSeconds: Int {
    let (seconds, attoseconds) = resetsAfter.components
    return max(1, Int(seconds) + (attoseconds > 0 ? 1 : 0))
  }

  /// Compares two limits that the same call counted against. An exceeded limit is tighter than one
  /// that is not exceeded; of two exceeded limits, the one that lasts longer is tighter.
  package func isTighter(than other: RateLimitStatus) -> Bool {
    if isExceeded != other.isExceeded { return isExceeded }
    return isExceeded ? resetsAfter > other.resetsAfter : remaining < other.remaining
  }
}

extension HTTPField.Name {
  package static let rateLimitLimit = HTTPField.Name("RateLimit-Limit")!
  package static let rateLimitRemaining = HTTPField.Name("RateLimit-Remaining")!
  package static let rateLimitReset = HTTPField.Name("RateLimit-Reset")!
  package static let rateLimitPolicy = HTTPField.Name("RateLimit-Policy")!
}
