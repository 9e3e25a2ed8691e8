package import ATProtoHTTP
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
  let core: PDSCore

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
    core = try PDSCore(configuration, logger: logger, network: network)
  }

  /// The DID of the server itself.
  public var did: String { core.serverDID.string }

  /// The administrator's password; in development one is made at the first start and kept.
  public var adminPassword: String? { core.adminPassword }

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

  /// Answers what ``routes`` do not: calls that are passed on to other services.
  public var proxyHandler: XRPCProxyHandler { ServiceProxy(core: core).proxyHandler }

  /// Frames of the firehose are encoded once for all subscribers.
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

  private func application(
    of server: XRPCServer,
    _ onListening: @escaping @Sendable (String) async -> Void
  ) -> Application<XRPCResponder> {
    let (untilListening, listening) = AsyncStream<Void>.makeStream()
    var application = server.application { [core] port in
      let url = "http://\(core.configuration.bindAddress):\(port)"
      if core.configuration.isDevelopment {
        core.address.url = url
        await core.updateServiceEndpoints()
      }
      await onListening(url)
      listening.finish()
    }
    application.addServices(
      Housekeeping(core: core, logger: logger, untilListening: untilListening)
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
    try core.store.close()
    core.blobFolder.release()
  }

  private struct BoundedShutdown: Service {
    let server: XRPCServer
    let application: Application<XRPCResponder>

    func run() async throws {
      try await server.run(application)
    }
  }
}
