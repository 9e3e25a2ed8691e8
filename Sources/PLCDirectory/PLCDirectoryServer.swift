public import Hummingbird
public import Logging
import NIOCore
public import ServiceKit

/// Serves a PLC directory over HTTP/1.1.
public struct PLCDirectoryServer: Sendable {
  /// The address from the configuration.
  public let address: ListenAddress
  /// Logs failed requests.
  public let logger: Logger
  /// The metrics endpoint, if it is configured.
  public let metrics: MetricsEndpoint?
  private let directory: PLCOperationDirectory
  private let version: String

  /// - Parameter directory: the PLC directory to serve, which can still be used after the server
  ///   ends.
  public init(
    _ directory: PLCOperationDirectory,
    _ configuration: PLCConfiguration = PLCConfiguration(),
    logger: Logger
  ) {
    self.directory = directory
    self.logger = logger
    address = configuration.listenAddress
    metrics = configuration.metricsAddress.map { MetricsEndpoint($0) }
    version = configuration.version
  }
}

extension PLCDirectoryServer: NetworkService {
  /// The HTTP/1.1 server. Idle connections are closed after 60 seconds.
  public func application(
    onListening: @escaping @Sendable (String) async -> Void = { _ in }
  ) -> Application<PLCDirectoryResponder> {
    Application(
      responder: PLCDirectoryResponder(
        directory,
        version: version,
        metrics: metrics?.registry,
        logger: logger
      ),
      server: .http1(configuration: .init(idleTimeout: .seconds(60))),
      configuration: ApplicationConfiguration(
        address: .hostname(address.host, port: address.port)
      ),
      onServerRunning: { [address] channel in
        await onListening(address.url(port: channel.localAddress?.port ?? 0))
      },
      logger: logger
    )
  }
}
