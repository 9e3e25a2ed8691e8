public import CoreMetrics
import XRPC

/// How a server listens and what it says of itself.
public struct XRPCServerConfiguration: Sendable {
  /// The address to listen on.
  public var host: String
  /// 0 for any free port.
  public var port: Int
  /// What `/xrpc/_health` gives as `version`.
  public var version: String
  /// A connection on which nothing moves for so long is closed, slow senders included.
  public var idleTimeout: Duration
  /// Whether any web page may call the methods: `Access-Control-Allow-Origin: *`, without cookies.
  public var allowsCrossOrigin: Bool
  /// How many proxies stand between clients and this server; so many entries at the end of
  /// `X-Forwarded-For` are believed. 0 where clients connect to it themselves.
  public var trustedProxies = 0
  /// Limits for all calls; a handler can count by itself besides.
  public var rateLimits: RateLimitPolicy?
  /// Asked at `/xrpc/_health`, which answers 503 where it throws.
  public var healthCheck: (@Sendable () async throws -> Void)?
  /// Where metrics go; nil for the one that `MetricsSystem` was bootstrapped with.
  public var metrics: (any MetricsFactory)?
  /// Whether output that breaks its schema is a 500, with the reason in the log.
  public var checksOutput: Bool
  /// Further connections wait until one ends.
  public var maximumConnections = 10_000
  /// The longest request line, or field of a head; a whole head may have twice as much.
  public var maximumFieldBytes = 32 << 10
  /// A body may take the idle timeout, and a second longer for each so many bytes.
  public var minimumBodyBytesPerSecond = 1 << 10
  /// From the beginning of a shutdown to the end of what is under way then.
  public var shutdownTimeout: Duration = .seconds(30)
  public var eventStreams: EventStreamConfiguration

  public init(
    host: String = "127.0.0.1",
    port: Int = 2583,
    version: String = "0.0.0",
    idleTimeout: Duration = .seconds(120),
    allowsCrossOrigin: Bool = true,
    eventStreams: EventStreamConfiguration = EventStreamConfiguration()
  ) {
    self.host = host
    self.port = port
    self.version = version
    self.idleTimeout = idleTimeout
    self.allowsCrossOrigin = allowsCrossOrigin
    checksOutput = RouteRequest.checksOutputByDefault
    self.eventStreams = eventStreams
  }
}
