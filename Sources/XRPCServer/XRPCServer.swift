public import Hummingbird
public import Logging
import NIOCore
public import XRPC

/// A server for a set of routes, over HTTP/1.1.
///
/// `application(onRunning:)` is a service: run it by itself with `runService()`, which shuts down
/// gracefully on SIGTERM and SIGINT, or inside a service group with others. Requests under way
/// are answered before it returns.
public struct XRPCServer: Sendable {
  public let configuration: XRPCServerConfiguration
  public let logger: Logger
  private let responder: XRPCResponder

  /// - Parameter fallback: answers what is not below `/xrpc/`; 404 without.
  public init(
    _ routes: [XRPCRoute],
    configuration: XRPCServerConfiguration = XRPCServerConfiguration(),
    logger: Logger,
    fallback: XRPCResponder.Fallback? = nil
  ) {
    self.configuration = configuration
    self.logger = logger
    responder = XRPCResponder(routes, configuration: configuration, fallback: fallback)
  }

  /// - Parameter onRunning: called once with the port that is listened on.
  public func application(
    onRunning: @escaping @Sendable (Int) async -> Void = { _ in }
  ) -> Application<XRPCResponder> {
    Application(
      responder: responder,
      server: .http1(configuration: .init(idleTimeout: TimeAmount(configuration.idleTimeout))),
      configuration: ApplicationConfiguration(
        address: .hostname(configuration.host, port: configuration.port)
      ),
      onServerRunning: { channel in await onRunning(channel.localAddress?.port ?? 0) },
      logger: logger
    )
  }
}
