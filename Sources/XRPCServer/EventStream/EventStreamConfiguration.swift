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
  /// The same for one client's address, of IPv6 its /64, which is refused with 429. For servers that
  /// know the addresses of their clients; unlimited unless given.
  public var maximumStreamsPerClient: Int

  public init(
    pingInterval: Duration = .seconds(30),
    closeTimeout: Duration = .seconds(5),
    maximumMessageBytes: Int = 16 << 10,
    maximumStreams: Int = 10_000,
    maximumStreamsPerClient: Int = .max
  ) {
    self.pingInterval = pingInterval
    self.closeTimeout = closeTimeout
    self.maximumMessageBytes = maximumMessageBytes
    self.maximumStreams = maximumStreams
    self.maximumStreamsPerClient = maximumStreamsPerClient
  }
}
