/// The bounds of one exchange.
public struct TransportOptions: Hashable, Sendable {
  /// For the whole exchange, connecting and the body included.
  public var timeout: Duration
  /// A response body, or a WebSocket message, longer than this ends the exchange.
  public var maximumResponseBytes: Int

  public init(timeout: Duration = .seconds(60), maximumResponseBytes: Int = 16 << 20) {
    self.timeout = timeout
    self.maximumResponseBytes = maximumResponseBytes
  }
}
