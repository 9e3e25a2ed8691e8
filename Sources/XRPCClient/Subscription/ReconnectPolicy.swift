/// When a subscription that lost its connection reconnects.
public struct ReconnectPolicy: Hashable, Sendable {
  /// The longest delay before the first attempt, doubled for each further one.
  public var initialDelay: Duration
  /// The longest delay before any attempt.
  public var maximumDelay: Duration
  /// The number of consecutive attempts without an event after which the last error is thrown; nil for
  /// no limit.
  public var maximumAttempts: Int?

  /// Creates a policy.
  public init(
    initialDelay: Duration = .seconds(1),
    maximumDelay: Duration = .seconds(60),
    maximumAttempts: Int? = nil
  ) {
    self.initialDelay = initialDelay
    self.maximumDelay = maximumDelay
    self.maximumAttempts = maximumAttempts
  }
}
