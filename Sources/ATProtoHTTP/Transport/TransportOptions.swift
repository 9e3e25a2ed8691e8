/// The bounds of one exchange.
public struct TransportOptions: Hashable, Sendable {
  /// For the whole exchange, connecting and the body included. Where the response's body is read as
  /// it comes, up to its head.
  public var timeout: Duration
  /// Where a response's body is read as it comes: the longest wait for more of it.
  public var idleTimeout: Duration
  /// A response body, or a WebSocket message, longer than this ends the exchange.
  public var maximumResponseBytes: Int

  public init(
    timeout: Duration = .seconds(60),
    idleTimeout: Duration = .seconds(30),
    maximumResponseBytes: Int = 16 << 20
  ) {
    self.timeout = timeout
    self.idleTimeout = idleTimeout
    self.maximumResponseBytes = maximumResponseBytes
  }
}
