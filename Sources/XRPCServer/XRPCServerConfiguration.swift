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

  public init(
    host: String = "127.0.0.1",
    port: Int = 2583,
    version: String = "0.0.0",
    idleTimeout: Duration = .seconds(120),
    allowsCrossOrigin: Bool = true
  ) {
    self.host = host
    self.port = port
    self.version = version
    self.idleTimeout = idleTimeout
    self.allowsCrossOrigin = allowsCrossOrigin
  }
}
