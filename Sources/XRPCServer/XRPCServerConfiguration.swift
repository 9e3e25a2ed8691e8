public import CoreMetrics
public import HTTPTypes
import XRPC

/// The configuration of a server.
public struct XRPCServerConfiguration: Sendable {
  /// The host name or IP address to listen on.
  public var host: String
  /// The port to listen on; 0 for any free port.
  public var port: Int
  /// The `version` that `/xrpc/_health` reports.
  public var version: String
  /// The longest time without progress before a connection is closed.
  public var idleTimeout: Duration
  /// Whether web pages of any origin may call the methods, without cookies:
  /// `Access-Control-Allow-Origin: *`.
  public var allowsCrossOrigin: Bool
  /// Fields of responses that web pages of other origins may read in browsers that do not know `*`
  /// in `Access-Control-Expose-Headers`.
  public var exposedFields: [HTTPField.Name] = []
  /// The number of reverse proxies between clients and this server, which is the number of trusted
  /// entries at the end of `X-Forwarded-For`; 0 if clients connect directly.
  public var trustedProxies = 0
  /// Rate limits that apply before a handler is called; handlers can apply further ones.
  public var rateLimits: RateLimitPolicy?
  /// Header fields for the response to every call, successful or not, by the fields of its request: a
  /// nonce, directives for caches. A field that the response has already stays as it is.
  public var responseFields: (@Sendable (_ request: HTTPFields) -> HTTPFields)?
  /// The `Server` field of every response, with the software and its version; nil to leave it out.
  public var serverName: String?
  /// The paths outside of `/xrpc/` by which the fallback's requests appear in metrics and log. Any
  /// other path appears as `other`, because clients choose it.
  public var fallbackPaths: [String] = []
  /// Called for `/xrpc/_health`, which answers 503 if it throws.
  public var healthCheck: (@Sendable () async throws -> Void)?
  /// Creates the metrics; nil for the factory of `MetricsSystem`.
  public var metrics: (any MetricsFactory)?
  /// Whether an output that violates its schema becomes a 500, with the reason in the log. On by
  /// default in debug builds.
  public var checksOutput: Bool
  /// The most connections at a time; further ones wait until one ends.
  public var maximumConnections = 10_000
  /// The longest request line or header field, in bytes. A whole head may be twice as long. A
  /// ``WebSocketRoute`` may allow a longer target.
  public var maximumFieldBytes = 32 << 10
  /// The slowest acceptable request body. A body may take the idle timeout plus one second for each
  /// this many bytes.
  public var minimumBodyBytesPerSecond = 1 << 10
  /// The longest time from the start of a shutdown to the end of requests under way.
  public var shutdownTimeout: Duration = .seconds(30)
  /// The configuration of event streams.
  public var eventStreams: EventStreamConfiguration

  /// Creates a configuration.
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
