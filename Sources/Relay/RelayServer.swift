public import Hummingbird
public import Logging
public import ServiceKit
public import XRPCServer

/// A relay: subscribes to hosts, verifies what they send, and offers it all in one stream.
public struct RelayServer: Sendable {
  public let configuration: RelayConfiguration
  public let logger: Logger
  public let metrics: MetricsEndpoint?

  /// Throws ``ServiceError``, or an error of the storage.
  ///
  /// - Parameter network: reaches other servers; nil for the network that the configuration
  ///   describes.
  package init(
    _ configuration: RelayConfiguration,
    logger: Logger,
    network: RelayNetwork? = nil
  ) throws {
    self.configuration = configuration
    self.logger = logger
    metrics = configuration.metricsAddress.map { MetricsEndpoint($0) }
  }
}

extension RelayServer: NetworkService {
  public var address: ListenAddress { configuration.address }

  public func application(
    onListening: @escaping @Sendable (String) async -> Void = { _ in }
  ) -> Application<XRPCResponder> {
    XRPCServer(
      [],
      configuration: XRPCServerConfiguration(host: address.host, port: address.port),
      logger: logger
    ).application { [address] port in await onListening(address.url(port: port)) }
  }
}
