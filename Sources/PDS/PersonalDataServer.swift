import ATProtoSyntax
import ComAtprotoAPI
public import Hummingbird
public import Logging
import NIOCore
import ServiceLifecycle
import UnixSignals
public import XRPC
public import XRPCServer

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#elseif canImport(Glibc)
import Glibc
#endif

/// A Personal Data Server: accounts, sessions, signed repositories and their export.
///
/// Served are the methods that its handlers implement; all others of `com.atproto.server`, `repo`,
/// `sync`, `identity` and `admin` answer `MethodNotImplemented`.
public struct PersonalDataServer: Sendable {
  public let configuration: PDSConfiguration
  public let logger: Logger
  let services: PDSServices

  /// Opens the data folder, or makes it.
  ///
  /// Throws ``PDSError``, or what the database throws.
  public init(_ configuration: PDSConfiguration, logger: Logger) throws {
    try self.init(configuration, logger: logger, network: nil)
  }

  /// - Parameter network: for all outgoing calls, in place of the network itself.
  package init(
    _ configuration: PDSConfiguration,
    logger: Logger,
    network: (any HTTPTransport)?
  ) throws {
    self.configuration = configuration
    self.logger = logger
    let crawls = CrawlRequests(configuration, PDSNetwork.trusted(network), logger)
    let storage = try PDSStorage(opening: configuration) { crawls.eventsCame() }
    let network = PDSNetwork(configuration, storage.store, transport: network)
    services = try PDSServices(configuration, storage, network, logger)
  }

  /// The DID of the server itself.
  public var did: String { services.server.description.did.string }

  /// The administrator's password; in development one is made at the first start and kept.
  public var adminPassword: String? { services.storage.adminPassword }

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
        default: break
        }
        return route
      }
      + ComAtproto.Sync.routes(services.sync)
      + ComAtproto.Admin.routes(services.admin)
      + ComAtproto.Identity.routes(services.identity)
      + services.preferences.routes
  }

  /// Answers what ``routes`` do not: calls that are passed on to other services.
  public var proxyHandler: XRPCProxyHandler { services.proxy.proxyHandler }

  /// Frames of the firehose are encoded once for all subscribers.
  private var firehose: XRPCRoute {
    .subscription(
      ComAtproto.Sync.SubscribeRepos.self,
      sharing: { [storage = services.storage] request in
        try await storage.firehose.subscribe(
          cursor: request.parameters.cursor,
          log: SequenceLog(store: storage.store)
        )
      }
    )
  }

  /// The server as a service, to be run in a group with others.
  ///
  /// - Parameter onListening: called once with the URL of the socket.
  public func application(
    onListening: @escaping @Sendable (String) async -> Void = { _ in }
  ) -> Application<XRPCResponder> {
    application(of: server, onListening)
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
    configuration.trustedProxies = self.configuration.trustedProxies
    configuration.healthCheck = { [store = services.storage.store] in
      // The database answers, and it is ours.
      _ = try await store.read { transaction in try transaction.sequence.window() }
    }
    if self.configuration.hasRateLimits {
      configuration.eventStreams.maximumStreamsPerClient = CallLimits.streams
      configuration.rateLimits = CallLimits.policy(
        freeNetworks: self.configuration.rateLimitBypassNetworks,
        freeKey: self.configuration.rateLimitBypassKey
      )
    }
    let wellKnown = WellKnown(
      configuration: self.configuration,
      did: did,
      baseURL: services.domain.identities.baseURL,
      accounts: services.domain.accounts
    )
    return XRPCServer(
      routes,
      configuration: configuration,
      logger: logger,
      proxyHandler: proxyHandler,
      fallback: { request, _ in try await wellKnown.respond(to: request) }
    )
  }

  var eventRetention: EventRetention {
    EventRetention(store: services.storage.store, period: configuration.firehoseRetention)
  }

  private func application(
    of server: XRPCServer,
    _ onListening: @escaping @Sendable (String) async -> Void
  ) -> Application<XRPCResponder> {
    let (untilListening, listening) = AsyncStream<Void>.makeStream()
    var application = server.application {
      [configuration, identities = services.domain.identities] port in
      let url = "http://\(configuration.bindAddress):\(port)"
      if configuration.isDevelopment {
        identities.baseURL.url = url
        await identities.updateServiceEndpoints()
      }
      await onListening(url)
      listening.finish()
    }
    application.addServices(
      Housekeeping(
        blobs: services.domain.blobs,
        deletion: services.domain.deletion,
        events: eventRetention,
        logger: logger,
        untilListening: untilListening
      )
    )
    return application
  }

  /// Serves until SIGTERM or SIGINT, and answers the requests under way before it returns, for as
  /// long as the time for shutting down allows.
  ///
  /// Throws ``PDSError`` with ``PDSError/Code/address`` where it cannot listen.
  ///
  /// - Parameter onListening: called once with the URL of the socket.
  public func run(
    onListening: @escaping @Sendable (String) async -> Void = { _ in }
  ) async throws {
    let server = server
    let service = BoundedShutdown(server: server, application: application(of: server, onListening))
    let group = ServiceGroup(
      services: [service],
      gracefulShutdownSignals: [.sigterm, .sigint],
      logger: logger
    )
    do {
      try await group.run()
    } catch let error as IOError {
      throw unheard(because: String(cString: strerror(error.errnoCode)))
    } catch is SocketAddressError {
      throw unheard(because: "it is no address of this machine")
    }
  }

  private func unheard(because reason: String) -> PDSError {
    PDSError(
      .address,
      "\(configuration.bindAddress):\(configuration.port) cannot be listened on: "
        + "\(reason) (PDS_PORT)"
    )
  }

  /// Closes the database; nothing can be served after that.
  public func close() throws {
    try services.storage.store.close()
    services.storage.blobstore.release()
  }

  private struct BoundedShutdown: Service {
    let server: XRPCServer
    let application: Application<XRPCResponder>

    func run() async throws {
      try await server.run(application)
    }
  }
}
