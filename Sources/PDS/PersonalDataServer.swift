package import ATProtoHTTP
import ATProtoSyntax
import ComAtprotoAPI
package import HTTPTypes
public import Hummingbird
public import Logging
public import ServiceKit
public import XRPC
public import XRPCServer

/// A Personal Data Server (PDS): accounts, sessions, signed repositories and their export.
///
/// It serves the methods that its handlers implement; all other methods of `com.atproto.server`,
/// `repo`, `sync`, `identity`, `lexicon`, and `admin` answer `MethodNotImplemented`.
public struct PersonalDataServer: Sendable {
  public let configuration: PDSConfiguration
  public let logger: Logger
  public let metrics: MetricsEndpoint?
  let services: PDSServices

  /// Throws ``ServiceError``, or an error of the storage.
  ///
  /// - Parameter storage: where the server keeps its data; ``close()`` closes it.
  public init(_ configuration: PDSConfiguration, storage: PDSStorage, logger: Logger) throws {
    try self.init(configuration, storage: storage, logger: logger, network: nil)
  }

  /// - Parameter network: makes all outgoing calls, in place of the network itself; for tests.
  package init(
    _ configuration: PDSConfiguration,
    storage: PDSStorage,
    logger: Logger,
    network: (any HTTPTransport)?
  ) throws {
    self.configuration = configuration
    self.logger = logger
    metrics = configuration.metricsAddress.map { MetricsEndpoint($0) }
    let trusted = PDSNetwork.trusted(network)
    let network = PDSNetwork(configuration, storage.store, transport: network)
    services = try PDSServices(configuration, storage, network, logger)
    CrawlRequests(configuration, services.domain.identities.baseURL, trusted, logger)
      .follow(storage.store.eventSignal)
  }

  /// Where the server keeps its data.
  package var store: any PDSStore { services.storage.store }

  /// The DID of the server itself.
  public var did: String { services.server.description.did.string }

  /// The admin password; in development, generated at the first start and stored.
  public var adminPassword: String? { services.secrets.adminPassword }

  /// The methods of the server, without proxied ones.
  public var routes: [XRPCRoute] {
    handled.filter { $0.nsid != ComAtproto.Sync.SubscribeRepos.nsid } + [firehose]
  }

  private var handled: [XRPCRoute] {
    ComAtproto.Server.routes(services.server)
      + ComAtproto.Repo.routes(services.repo).map { route in
        var route = route
        switch route.nsid {
        case ComAtproto.Repo.UploadBlob.nsid:
          route.maximumInputBytes = configuration.blobUploadLimit
        case ComAtproto.Repo.ImportRepo.nsid:
          route.maximumInputBytes = configuration.importLimit
        case let nsid where WriteNeeds.nsids.contains(nsid):
          route = route.checkingRefusedInput(services.repo.checkWriter)
        default: break
        }
        return route
      }
      + ComAtproto.Sync.routes(services.sync)
      + ComAtproto.Admin.routes(services.admin)
      + ComAtproto.Identity.routes(services.identity)
      + ComAtproto.Lexicon.routes(services.lexicon)
      + services.preferences.routes
  }

  /// Proxies the methods that ``routes`` do not implement to other services.
  public var proxyHandler: XRPCProxyHandler { services.proxy.proxyHandler }

  /// Header fields of responses to calls with credentials; see
  /// `XRPCServerConfiguration.responseFields`.
  package var responseFields: @Sendable (_ request: HTTPFields) -> HTTPFields {
    ResponseFields(proofs: services.domain.oauth.proofs).fields
  }

  /// Each frame of the firehose is encoded once for all subscribers.
  private var firehose: XRPCRoute {
    .subscription(
      ComAtproto.Sync.SubscribeRepos.self,
      sharing: { [firehose = services.firehose] request in
        try await firehose.subscribeRepos(cursor: request.parameters.cursor)
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
    configuration.responseFields = responseFields
    configuration.fallbackPaths = services.web.paths
    configuration.healthCheck = { [store = services.storage.store] in
      // Checks that the database responds and belongs to this server.
      _ = try await store.read { transaction in try transaction.sequence.window() }
    }
    if self.configuration.hasRateLimits {
      configuration.eventStreams.maximumStreamsPerClient = CallLimits.streams
      configuration.rateLimits = CallLimits.policy(
        freeNetworks: self.configuration.rateLimitBypassNetworks,
        freeKey: self.configuration.rateLimitBypassKey
      )
    }
    return XRPCServer(
      routes,
      configuration: configuration,
      logger: logger,
      proxyHandler: proxyHandler,
      fallback: { [web = services.web] request, context in
        try await web.respond(to: request, context)
      }
    )
  }

  var eventRetention: EventRetention {
    EventRetention(store: services.storage.store, period: configuration.firehoseRetention)
  }

  /// Deletes expired data: blobs without a record, accounts whose scheduled deletion is due, and
  /// old events.
  private var chores: [Housekeeping.Chore] {
    let domain = services.domain
    return [
      Housekeeping.Chore("sweep blobs", every: nil) { try await domain.blobs.sweep() },
      // The grace period takes hours and the search takes a while, so ten minutes are enough.
      Housekeeping.Chore("collect blobs", every: .seconds(600)) {
        try await domain.blobs.collect()
      },
      Housekeeping.Chore("delete accounts", every: .seconds(60)) {
        try await domain.deletion.deleteScheduled()
      },
      Housekeeping.Chore("remove old events", every: .seconds(60)) { [eventRetention] in
        try await eventRetention.removeOld()
      },
      Housekeeping.Chore("remove expired OAuth data", every: .seconds(60)) {
        try await domain.oauth.retention.sweep()
      },
    ]
  }

  /// Closes the database. The server must not be used after that.
  public func close() throws {
    try services.storage.close()
  }
}

extension PersonalDataServer: NetworkService {
  public var address: ListenAddress { configuration.listenAddress }

  public func application(
    onListening: @escaping @Sendable (String) async -> Void = { _ in }
  ) -> Application<XRPCResponder> {
    let (untilListening, listening) = AsyncStream<Void>.makeStream()
    let address = address
    let isDevelopment = configuration.isDevelopment
    var application = server.application { [identities = services.domain.identities] port in
      let url = address.url(port: port)
      if isDevelopment {
        identities.baseURL.url = url
        await identities.updateServiceEndpoints()
      }
      await onListening(url)
      listening.finish()
    }
    application.addServices(
      Housekeeping(chores, untilListening: untilListening, logger: logger)
    )
    return application
  }
}
