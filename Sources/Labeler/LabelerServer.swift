import ATProtoCrypto
import ATProtoSyntax
public import Hummingbird
public import Logging
public import ServiceKit
public import XRPCServer

/// A labeler: signs labels and offers them as a stream and by query, receives reports, and lets
/// moderators decide about them.
///
/// Its methods are those of `com.atproto.label`, `com.atproto.moderation.createReport`, and, as far
/// as a small team needs them, `tools.ozone.moderation`, `team`, and `server`.
public struct LabelerServer: Sendable {
  public let configuration: LabelerConfiguration
  public let logger: Logger
  public let metrics: MetricsEndpoint?
  let services: LabelerServices

  /// Throws ``ServiceError``, or an error of the storage.
  ///
  /// - Parameter storage: where the labeler keeps its data. The caller closes it after the labeler
  ///   ends.
  public init(
    _ configuration: LabelerConfiguration,
    storage: LabelerStorage,
    logger: Logger
  ) throws {
    try self.init(configuration, storage: storage, logger: logger, network: nil)
  }

  /// - Parameter network: reaches other servers; nil for the network that the configuration
  ///   describes.
  package init(
    _ configuration: LabelerConfiguration,
    storage: LabelerStorage,
    logger: Logger,
    network: LabelerNetwork?
  ) throws {
    self.configuration = configuration
    self.logger = logger
    metrics = configuration.metricsAddress.map { MetricsEndpoint($0) }
    services = try LabelerServices(
      configuration,
      storage,
      network ?? LabelerNetwork(configuration),
      LabelerMetrics(metrics?.registry),
      logger
    )
  }

  /// The account whose labels these are.
  public var did: String { services.secrets.did.string }

  /// The public key that verifies the labels, as `did:key`.
  public var signingKey: String { services.secrets.signingKey.publicKey.didKey }

  /// The first admin password; in development, generated at the first start and stored.
  public var adminPassword: String? { services.secrets.adminPasswords.first }

  private var server: XRPCServer {
    var configuration = XRPCServerConfiguration(
      host: address.host,
      port: address.port,
      version: configuration.version
    )
    configuration.maximumConnections = OpenFiles.connections(
      configuration.maximumConnections,
      of: OpenFiles.limit
    )
    configuration.shutdownTimeout = shutdownTimeout
    configuration.trustedProxies = self.configuration.trustedProxies
    configuration.metrics = metrics?.registry
    configuration.fallbackPaths = LabelerWeb.paths
    configuration.healthCheck = services.checkHealth
    if self.configuration.hasRateLimits {
      configuration.eventStreams.maximumStreamsPerClient = LabelerLimits.streamsPerClient
      configuration.rateLimits = LabelerLimits.policy
    }
    let server = XRPCServer(
      services.routes,
      configuration: configuration,
      logger: logger,
      fallback: { [web = services.web] request, context in
        try await web.respond(to: request, context)
      }
    )
    services.work.streams.read(server.streams)
    return server
  }
}

extension LabelerServer: NetworkService {
  public var address: ListenAddress { configuration.address }

  public func application(
    onListening: @escaping @Sendable (String) async -> Void = { _ in }
  ) -> Application<XRPCResponder> {
    let (untilListening, listening) = AsyncStream<Void>.makeStream()
    var application = server.application { [address, services] port in
      let address = address.url(port: port)
      services.url.listening(at: address)
      await services.updateIdentity()
      await onListening(address)
      listening.finish()
    }
    application.addServices(
      Housekeeping(services.work.chores, untilListening: untilListening, logger: logger),
      PushService(pusher: services.work.pusher)
    )
    return application
  }
}
