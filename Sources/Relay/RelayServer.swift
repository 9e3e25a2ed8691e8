import ATProtoSyntax
import ComAtprotoAPI
import Hummingbird
public import Logging
public import ServiceKit
import XRPC
import XRPCServer

/// A relay: subscribes to hosts, verifies what they send, and offers it all in one stream.
///
/// Its methods are `com.atproto.sync.subscribeRepos`, `requestCrawl`, `listHosts`, `getHostStatus`,
/// `listRepos`, `getRepoStatus`, `getLatestCommit`, `getRepo`, and `listReposByCollection`; other
/// methods of `com.atproto.sync` answer `MethodNotImplemented`.
public struct RelayServer: Sendable {
  public let configuration: RelayConfiguration
  public let logger: Logger
  public let metrics: MetricsEndpoint?
  let services: RelayServices

  /// Recovers what the last process has left unfinished.
  ///
  /// Throws ``ServiceError``, or an error of the storage.
  ///
  /// - Parameter storage: where the relay keeps its data. The caller closes it after the relay ends.
  public init(
    _ configuration: RelayConfiguration,
    storage: RelayStorage,
    logger: Logger
  ) async throws {
    try await self.init(configuration, storage: storage, logger: logger, network: nil)
  }

  /// - Parameter network: reaches other servers; nil for the network that the configuration
  ///   describes.
  package init(
    _ configuration: RelayConfiguration,
    storage: RelayStorage,
    logger: Logger,
    network: RelayNetwork?
  ) async throws {
    self.configuration = configuration
    self.logger = logger
    metrics = configuration.metricsAddress.map {
      MetricsEndpoint(
        $0,
        PrometheusRegistry(timersWithoutSuffix: RelayMetrics.timersWithoutSuffix)
      )
    }
    services = try await RelayServices(
      configuration,
      storage,
      network ?? RelayNetwork(configuration),
      RelayMetrics(metrics?.registry),
      logger
    )
  }

  /// The methods of the relay.
  var routes: [XRPCRoute] {
    let own = [
      services.firehose.route, services.repositories.route, services.jetstream.dictionaryRoute,
    ]
    let replaced = Set(own.map(\.nsid))
    return ComAtproto.Sync.routes(services.sync).filter { !replaced.contains($0.nsid) } + own
      + ComAtproto.Admin.routes(services.admin)
  }

  private var server: XRPCServer {
    var configuration = XRPCServerConfiguration(
      host: address.host,
      port: address.port,
      version: configuration.version
    )
    configuration.serverName = RelayVersion.userAgent
    configuration.maximumConnections = OpenFiles.connections(
      configuration.maximumConnections,
      of: OpenFiles.limit.map { $0 - RelayLimits.reserved(of: $0) }
    )
    configuration.eventStreams.maximumStreams = RelayLimits.streams
    configuration.eventStreams.maximumStreamsPerClient = RelayLimits.streamsPerClient
    configuration.rateLimits = RelayLimits.policy
    configuration.shutdownTimeout = shutdownTimeout
    configuration.trustedProxies = self.configuration.trustedProxies
    configuration.metrics = metrics?.registry
    configuration.fallbackPaths = RelayWeb.paths
    configuration.healthCheck = services.work.checkHealth
    let server = XRPCServer(
      routes,
      webSockets: services.jetstream.webSockets,
      configuration: configuration,
      logger: logger,
      fallback: { [web = services.web] request, context in
        await web.respond(to: request, context)
      }
    )
    services.consumers.read(server.streams)
    return server
  }
}

extension RelayServer: NetworkService {
  public var address: ListenAddress { configuration.address }

  public func application(
    onListening: @escaping @Sendable (String) async -> Void = { _ in }
  ) -> RelayApplication {
    RelayApplication(work: services.work, logger: logger) { [self] isListening in
      server.application { port in
        await onListening(address.url(port: port))
        await isListening()
      }
    }
  }
}
