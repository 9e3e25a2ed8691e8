import ATProtoSyntax
public import HTTPTypes

/// What a key has left of a limit after a call.
public struct RateLimitStatus: Hashable, Sendable {
  public let limit: RateLimit
  /// 0 also where the call went beyond the limit.
  public let remaining: Int
  public let isExceeded: Bool
  /// Until the window ends.
  public let resetsAfter: Duration

  /// Sets `RateLimit-Limit`, `-Remaining`, `-Reset` and `-Policy`, as deployed servers do: the
  /// reset is a point of time, in seconds since 1970.
  ///
  /// - Parameter seconds: the present time, in seconds since 1970.
  public func write(to fields: inout HTTPFields, at seconds: Int64) {
    fields[.rateLimitLimit] = String(limit.points)
    fields[.rateLimitRemaining] = String(remaining)
    fields[.rateLimitReset] = String(seconds + Int64(wholeSeconds))
    fields[.rateLimitPolicy] = "\(limit.points);w=\(limit.seconds)"
  }

  /// The refusal of a call beyond the limit.
  public var error: XRPCServerError {
    var error = XRPCServerError.rateLimitExceeded(retryAfter: wholeSeconds)
    write(to: &error.headers, at: Datetime.Instant.now.seconds)
    return error
  }

  /// At least one: "now" would be too early.
  private var wholeSeconds: Int {
    let (seconds, attoseconds) = resetsAfter.components
    return max(1, Int(seconds) + (attoseconds > 0 ? 1 : 0))
  }
}

extension HTTPField.Name {
  package static let rateLimitLimit = HTTPField.Name("RateLimit-Limit")!
  package static let rateLimitRemaining = HTTPField.Name("RateLimit-Remaining")!
  package static let rateLimitReset = HTTPField.Name("RateLimit-Reset")!
  package static let rateLimitPolicy = HTTPField.Name("RateLimit-Policy")!
}
