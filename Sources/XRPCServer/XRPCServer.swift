public import Hummingbird
package import HummingbirdCore
public import Logging
import NIOCore
public import ServiceLifecycle
public import XRPC

/// A server for a set of routes, over HTTP/1.1; `XRPCServerTLS` adds TLS and HTTP/2.
///
/// A server is a service to run in a service group. When the group shuts down, the server accepts no
/// more connections, answers requests under way, and abandons what is not finished within
/// ``XRPCServerConfiguration/shutdownTimeout``. `application(onRunning:)` returns a Hummingbird
/// application without that time limit, to run with `runService()`.
public struct XRPCServer: Sendable {
  /// The server's configuration.
  public let configuration: XRPCServerConfiguration
  /// Logs requests and failures.
  public let logger: Logger
  private let responder: XRPCResponder
  private let eventStreams: EventStreams

  /// The open event streams and WebSockets.
  package var streams: StreamRegistry { eventStreams.registry }

  /// Creates a server for `routes`.
  ///
  /// - Parameters:
  ///   - webSockets: paths at which WebSockets are opened; they come before `routes`.
  ///   - proxyHandler: answers calls that have no route; without one they get 501.
  ///   - fallback: answers requests outside `/xrpc/`; without one they get 404.
  /// - Precondition: no two routes have the same NSID or path.
  public init(
    _ routes: [XRPCRoute],
    webSockets: [WebSocketRoute] = [],
    configuration: XRPCServerConfiguration = XRPCServerConfiguration(),
    logger: Logger,
    proxyHandler: XRPCProxyHandler? = nil,
    fallback: XRPCResponder.Fallback? = nil
  ) {
    self.configuration = configuration
    self.logger = logger
    let metrics = ServerMetrics(routes, webSockets: webSockets, configuration)
    responder = XRPCResponder(
      routes,
      configuration: configuration,
      metrics: metrics,
      proxyHandler: proxyHandler,
      fallback: fallback
    )
    eventStreams = EventStreams(
      XRPCRouter(routes),
      sockets: webSockets,
      configuration: configuration,
      metrics: metrics,
      logger: logger
    )
  }

  /// Creates a Hummingbird application that serves HTTP/1.1.
  ///
  /// - Parameter onRunning: called once with the port on which the server listens.
  public func application(
    onRunning: @escaping @Sendable (Int) async -> Void = { _ in }
  ) -> Application<XRPCResponder> {
    application(server: .http1(configuration: http1), onRunning: onRunning)
  }

  /// Creates a Hummingbird application for another protocol, such as HTTP/2.
  package func application(
    server: HTTPServerBuilder,
    onRunning: @escaping @Sendable (Int) async -> Void
  ) -> Application<XRPCResponder> {
    Application(
      responder: responder,
      server: server,
      configuration: ApplicationConfiguration(
        address: .hostname(configuration.host, port: configuration.port),
        availableConnectionsDelegate: MaximumAvailableConnections(configuration.maximumConnections)
      ),
      onServerRunning: { channel in await onRunning(channel.localAddress?.port ?? 0) },
      logger: logger
    )
  }

  package var http1: HTTP1Channel.Configuration {
    let limits = ConnectionGuard.Limits(configuration)
    let maximum = configuration.maximumFieldBytes
    return HTTP1Channel.Configuration(
      // This order matters: the guard remains after an upgrade.
      additionalChannelHandlers: [EventStreamUpgrade(eventStreams), ConnectionGuard(limits)],
      idleTimeout: TimeAmount(configuration.idleTimeout),
      httpDecoderConfiguration: .init(
        // The path is not known yet; the upgrade handler refuses requests that are too long for
        // theirs.
        maxHeaderFieldSize: max(maximum, eventStreams.longestTarget),
        maxHeaderListSize: 2 * maximum + eventStreams.longestTarget,
        maxHeaderFieldCount: 200
      )
    )
  }
}

extension XRPCServer: Service {
  /// Runs the server until its service group shuts down.
  public func run() async throws {
    try await run(application())
  }

  /// Runs an application of this server, and shuts it down within
  /// ``XRPCServerConfiguration/shutdownTimeout``.
  public func run(_ application: Application<XRPCResponder>) async throws {
    try await BoundedShutdown(
      application,
      timeout: configuration.shutdownTimeout,
      logger: logger
    ).run()
  }
}

extension ConnectionGuard.Limits {
  fileprivate init(_ configuration: XRPCServerConfiguration) {
    patience = TimeAmount(configuration.idleTimeout)
    minimumBytesPerSecond = configuration.minimumBodyBytesPerSecond
    linger = min(.seconds(2), TimeAmount(configuration.idleTimeout))
    shutdown = TimeAmount(configuration.shutdownTimeout)
  }
}
