import HTTPTypes
package import Hummingbird
package import Logging
import NIOCore

/// A service's metrics and the address at which they are served.
///
/// Metrics have their own port, so that a proxy in front of the service does not expose them.
public struct MetricsEndpoint: Sendable {
  /// The address on which only metrics are served.
  public let address: ListenAddress
  /// Records the service's metrics.
  package let registry: PrometheusRegistry

  /// Makes an endpoint without any metrics yet.
  public init(_ address: ListenAddress) {
    self.init(address, PrometheusRegistry())
  }

  /// Makes an endpoint for the metrics of a registry.
  package init(_ address: ListenAddress, _ registry: PrometheusRegistry) {
    self.address = address
    self.registry = registry
  }

  /// The address from two settings, with the loopback interface as the default host; nil without a
  /// port.
  ///
  /// - Throws: ``ServiceError`` with ``ServiceError/Code/configuration`` for a host without a port.
  public static func address(
    host: String?,
    port: Int?,
    hostSetting: String,
    portSetting: String
  ) throws(ServiceError) -> ListenAddress? {
    guard let port else {
      guard host == nil else {
        throw ServiceError(
          .configuration,
          "\(hostSetting) is set without \(portSetting); set both"
        )
      }
      return nil
    }
    return ListenAddress(
      host: host ?? "127.0.0.1",
      port: port,
      hostSetting: hostSetting,
      portSetting: portSetting
    )
  }
}

/// Answers `GET /metrics` with the metrics of a service in the text format of Prometheus.
package struct MetricsServer: Sendable {
  private let endpoint: MetricsEndpoint
  private let logger: Logger

  package init(_ endpoint: MetricsEndpoint, logger: Logger) {
    self.endpoint = endpoint
    self.logger = logger
  }

  /// - Parameter onListening: called once with the URL of the metrics.
  package func application(
    onListening: @escaping @Sendable (String) async -> Void = { _ in }
  ) -> Application<CallbackResponder<BasicRequestContext>> {
    let endpoint = endpoint
    return Application(
      responder: CallbackResponder { request, _ in respond(to: request) },
      server: .http1(configuration: .init(idleTimeout: .seconds(60))),
      configuration: ApplicationConfiguration(
        address: .hostname(endpoint.address.host, port: endpoint.address.port)
      ),
      onServerRunning: { [logger] channel in
        let url = endpoint.address.url(port: channel.localAddress?.port ?? 0) + "/metrics"
        logger.notice("serving metrics", metadata: ["url": "\(url)"])
        await onListening(url)
      },
      logger: logger
    )
  }

  private func respond(to request: Request) -> Response {
    guard request.uri.path == "/metrics" else {
      return .text("not found; see /metrics\n", .notFound)
    }
    guard request.method == .get || request.method == .head else {
      return .text("use GET\n", .methodNotAllowed)
    }
    return Response(
      status: .ok,
      headers: [.contentType: PrometheusText.contentType],
      body: ResponseBody(byteBuffer: ByteBuffer(string: endpoint.registry.text()))
    )
  }
}
