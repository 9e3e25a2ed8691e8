/// When a subscription that lost its connection tries again.
public struct ReconnectPolicy: Hashable, Sendable {
  /// The longest pause before the first attempt; each further one doubles it.
  public var initialDelay: Duration
  public var maximumDelay: Duration
  /// Attempts in a row that gave no event, before the last error is thrown; nil for any number.
  public var maximumAttempts: Int?

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
