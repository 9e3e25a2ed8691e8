/// So many points in so many seconds. A call costs one point unless its handler says otherwise.
public struct RateLimit: Hashable, Sendable {
  public var points: Int
  /// The length of the window in seconds. It begins with a key's first call, and all points are
  /// back when it ends.
  public var seconds: Int

  public init(_ points: Int, perSeconds seconds: Int) {
    precondition(points > 0 && seconds > 0, "a limit allows something in some time")
    self.points = points
    self.seconds = seconds
  }

  public static func perMinutes(_ minutes: Int, _ points: Int) -> RateLimit {
    RateLimit(points, perSeconds: minutes * 60)
  }

  public static func perDay(_ points: Int) -> RateLimit {
    RateLimit(points, perSeconds: 86_400)
  }
}
