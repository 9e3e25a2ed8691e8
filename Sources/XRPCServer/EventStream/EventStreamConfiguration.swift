/// How a server treats the WebSockets of its event streams.
public struct EventStreamConfiguration: Hashable, Sendable {
  /// A ping goes out so often. A peer of which nothing was heard, and which took nothing, since the
  /// last is dropped.
  public var pingInterval: Duration
  /// A peer has so long to take what was sent and to close, once we have closed.
  public var closeTimeout: Duration
  /// Messages of clients are read and ignored; a longer one closes the connection.
  public var maximumMessageBytes: Int
  /// Streams open at once; the next one is refused with 503.
  public var maximumStreams: Int

  public init(
    pingInterval: Duration = .seconds(30),
    closeTimeout: Duration = .seconds(5),
    maximumMessageBytes: Int = 16 << 10,
    maximumStreams: Int = 10_000
  ) {
    self.pingInterval = pingInterval
    self.closeTimeout = closeTimeout
    self.maximumMessageBytes = maximumMessageBytes
    self.maximumStreams = maximumStreams
  }
}
