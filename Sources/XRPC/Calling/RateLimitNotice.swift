public import HTTPTypes

/// What a response tells of the caller's rate limit: `RateLimit-Limit`, `-Remaining`, `-Reset`.
public struct RateLimitNotice: Hashable, Sendable {
  /// Calls, or points, in a window.
  public var limit: Int
  public var remaining: Int
  /// When the window ends, in seconds since 1970.
  public var reset: Int64

  public init(limit: Int, remaining: Int, reset: Int64) {
    self.limit = limit
    self.remaining = remaining
    self.reset = reset
  }

  /// Nil where one of the three fields is missing or not a number.
  public init?(_ fields: HTTPFields) {
    guard let limit = Self.number("RateLimit-Limit", fields),
      let remaining = Self.number("RateLimit-Remaining", fields),
      let reset = Self.number("RateLimit-Reset", fields)
    else { return nil }
    self.init(limit: limit, remaining: remaining, reset: Int64(reset))
  }

  private static func number(_ name: String, _ fields: HTTPFields) -> Int? {
    guard let text = HTTPField.Name(name).flatMap({ fields[$0] }), let number = Int(text),
      number >= 0
    else { return nil }
    return number
  }
}
