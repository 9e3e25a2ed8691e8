public import Hummingbird
package import HummingbirdCore
public import Logging
import NIOCore
public import XRPC

/// A server for a set of routes, over HTTP/1.1; `XRPCServerTLS` adds TLS and HTTP/2.
///
/// It is a service, to be run inside a service group. When the group shuts down, no connection is
/// taken any more, requests under way are answered, and what is not finished within
/// ``XRPCServerConfiguration/shutdownTimeout`` is given up. `application(onRunning:)` is the same
/// without the last, to be run by itself with `runService()`.
public struct XRPCServer: Sendable {
  public let configuration: XRPCServerConfiguration
  public let logger: Logger
  private let responder: XRPCResponder
  private let streams: EventStreams

  /// - Parameters:
  ///   - proxyHandler: answers calls that no route does; 501 without.
  ///   - fallback: answers what is not below `/xrpc/`; 404 without.
  public init(
    _ routes: [XRPCRoute],
    configuration: XRPCServerConfiguration = XRPCServerConfiguration(),
    logger: Logger,
    proxyHandler: XRPCProxyHandler? = nil,
    fallback: XRPCResponder.Fallback? = nil
  ) {
    self.configuration = configuration
    self.logger = logger
    let metrics = ServerMetrics(routes, configuration)
    responder = XRPCResponder(
      routes,
      configuration: configuration,
      metrics: metrics,
      proxyHandler: proxyHandler,
      fallback: fallback
    )
    streams = EventStreams(
      XRPCRouter(routes),
      configuration: configuration,
      metrics: metrics,
      logger: logger
    )
  }

  /// - Parameter onRunning: called once with the port that is listened on.
  public func application(
    onRunning: @escaping @Sendable (Int) async -> Void = { _ in }
  ) -> Application<XRPCResponder> {
    application(server: .http1(configuration: http1), onRunning: onRunning)
  }

  /// The same over another protocol, such as HTTP/2.
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
    return HTTP1Channel.Configuration(
      // In this order: the guard stays behind an upgrade.
      additionalChannelHandlers: [EventStreamUpgrade(streams), ConnectionGuard(limits)],
      idleTimeout: TimeAmount(configuration.idleTimeout),
      httpDecoderConfiguration: .init(
        maxHeaderFieldSize: configuration.maximumFieldBytes,
        maxHeaderListSize: 2 * configuration.maximumFieldBytes,
        maxHeaderFieldCount: 200
      )
    )
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
