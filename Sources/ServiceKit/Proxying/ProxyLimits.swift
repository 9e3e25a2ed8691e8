/// The bounds of a call that is passed on to another service.
public struct ProxyLimits: Hashable, Sendable {
  /// Until the head of the response is there.
  public var headTimeout = Duration.seconds(10)
  /// The same for a call with a body, which comes at the client's pace.
  public var uploadTimeout = Duration.seconds(120)
  /// The longest wait for more of a response's body.
  public var bodyTimeout = Duration.seconds(30)
  public var maximumRequestBytes = 64 << 20
  public var maximumResponseBytes = 10 << 20
  /// Of an error's body, which is read whole before it is passed on.
  public var maximumErrorBytes = 64 << 10

  public init() {}
}
