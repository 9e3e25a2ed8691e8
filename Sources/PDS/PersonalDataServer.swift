import ComAtprotoAPI
public import Hummingbird
public import Logging
public import ServiceKit
public import XRPC
public import XRPCServer

/// A Personal Data Server (PDS): accounts, sessions, signed repositories and their export.
///
/// It serves the methods that its handlers implement; all others of `com.atproto.server`, `repo`,
/// `sync`, `identity` and `admin` answer `MethodNotImplemented`.
public struct PersonalDataServer: Sendable {
  public let configuration: PDSConfiguration
  public let logger: Logger
  public let metrics: MetricsEndpoint?
  let core: PDSCore

  /// Opens the data directory, or creates it.
  ///
  /// Throws ``ServiceError``, or the error of the database.
  public init(_ configuration: PDSConfiguration, logger: Logger) throws {
    try self.init(configuration, logger: logger, network: nil)
  }

  /// - Parameter network: makes all outgoing calls, in place of the network itself; for tests.
  package init(
    _ configuration: PDSConfiguration,
    logger: Logger,
    network: (any HTTPTransport)?
  ) throws {
    self.configuration = configuration
    self.logger = logger
    metrics = configuration.metricsAddress.map { MetricsEndpoint($0) }
    core = try PDSCore(configuration, logger: logger, network: network)
  }

  /// The DID of the server itself.
  public var did: String { core.serverDID.string }

  /// The admin password; in development, generated at the first start and kept.
  public var adminPassword: String? { core.adminPassword }

  /// The methods of the server, without proxied ones.
  public var routes: [XRPCRoute] {
    handled.filter { $0.nsid != ComAtproto.Sync.SubscribeRepos.nsid } + [firehose]
  }

  private var handled: [XRPCRoute] {
    ComAtproto.Server.routes(ServerHandler(core: core))
      + ComAtproto.Repo.routes(RepoHandler(core: core)).map { route in
        var route = route
        switch route.nsid {
        case ComAtproto.Repo.UploadBlob.nsid:
          route.maximumInputBytes = configuration.blobUploadLimit
        case ComAtproto.Repo.ImportRepo.nsid:
          route.maximumInputBytes = configuration.importLimit
        default: break
        }
        return route
      }
      + ComAtproto.Sync.routes(SyncHandler(core: core))
      + ComAtproto.Admin.routes(AdminHandler(core: core))
      + ComAtproto.Identity.routes(IdentityHandler(core: core))
      + PreferencesHandler(core: core).routes
  }

  /// Proxies the methods that ``routes`` do not implement to other services.
  public var proxyHandler: XRPCProxyHandler { ProxyHandler(core: core).proxyHandler }

  /// Each frame of the firehose is encoded once for all subscribers.
  private var firehose: XRPCRoute {
    .subscription(
      ComAtproto.Sync.SubscribeRepos.self,
      sharing: { [core] request in
        try await core.firehose.subscribe(
          cursor: request.parameters.cursor,
          log: SequenceLog(store: core.store)
        )
      }
    )
  }

  private var server: XRPCServer {
    var configuration = XRPCServerConfiguration(
      host: configuration.bindAddress,
      port: configuration.port,
      version: configuration.version
    )
    configuration.maximumConnections = OpenFiles.connections(
      configuration.maximumConnections,
      of: OpenFiles.limit
    )
    configuration.shutdownTimeout = shutdownTimeout
    configuration.trustedProxies = self.configuration.trustedProxies
    configuration.metrics = metrics?.registry
    configuration.healthCheck = { [core] in
      // The database answers, and it is ours.
      _ = try await core.store.read { transaction in try transaction.sequence.window() }
    }
    if self.configuration.hasRateLimits {
      configuration.eventStreams.maximumStreamsPerClient = CallLimits.streams
      configuration.rateLimits = CallLimits.rules(
        freeNetworks: self.configuration.rateLimitBypassNetworks,
        freeKey: self.configuration.rateLimitBypassKey
      )
    }
    let wellKnown = WellKnown(core: core)
    return XRPCServer(
      routes,
      configuration: configuration,
      logger: logger,
      proxyHandler: proxyHandler,
      fallback: { request, _ in try await wellKnown.respond(to: request) }
    )
  }

  /// Closes the database; the server must not run after that.
  public func close() throws {
    try core.store.close()
    core.blobFolder.release()
  }
}

extension PersonalDataServer: NetworkService {
  public var address: ListenAddress { configuration.listenAddress }

  public func application(
    onListening: @escaping @Sendable (String) async -> Void = { _ in }
  ) -> Application<XRPCResponder> {
    let (untilListening, listening) = AsyncStream<Void>.makeStream()
    let address = address
    var application = server.application { [core] port in
      let url = address.url(port: port)
      if core.configuration.isDevelopment {
        core.address.url = url
        await core.updateServiceEndpoints()
      }
      await onListening(url)
      listening.finish()
    }
    application.addServices(
      Housekeeping(core.chores, untilListening: untilListening, logger: logger)
    )
    return application
  }
}
