/// The bounds of a call that is proxied to another service.
public struct ProxyLimits: Hashable, Sendable {
  /// The time until the head of the response.
  public var headTimeout = Duration.seconds(10)
  /// The same for a call with a body, which arrives at the client's pace.
  public var uploadTimeout = Duration.seconds(120)
  /// The longest wait for more of a response's body.
  public var bodyTimeout = Duration.seconds(30)
  /// The largest request body, in bytes.
  public var maximumRequestBytes = 64 << 20
  /// The largest response body, in bytes.
  public var maximumResponseBytes = 10 << 20
  /// The largest error body, in bytes; it is read completely before it is forwarded.
  public var maximumErrorBytes = 64 << 10

  /// The default bounds.
  public init() {}
}
