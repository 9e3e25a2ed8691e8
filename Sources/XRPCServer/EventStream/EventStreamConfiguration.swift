/// Limits for the WebSockets of event streams.
public struct EventStreamConfiguration: Hashable, Sendable {
  /// The time between pings. A peer that has neither sent nor received anything since the last ping
  /// is dropped.
  public var pingInterval: Duration
  /// The time that a peer has to receive what was sent and to close, after the server has closed.
  public var closeTimeout: Duration
  /// The longest message that a client may send. Messages are read and ignored; a longer one closes
  /// the connection.
  public var maximumMessageBytes: Int
  /// The most open streams. Further ones are refused with 503.
  public var maximumStreams: Int
  /// The most open streams for each client: an IPv4 address or an IPv6 /64 network. Further ones
  /// are refused with 429. Set this only if the server sees the IP addresses of its clients; by
  /// default it is unlimited.
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
