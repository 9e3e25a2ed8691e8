import ComAtprotoAPI
public import Hummingbird
public import Logging
public import XRPC
public import XRPCServer

/// A Personal Data Server: accounts, sessions, signed repositories and their export.
///
/// Served are the methods that its handlers implement; all others of `com.atproto.server`, `repo`,
/// `sync` and `identity` answer `MethodNotImplemented`. New DIDs are real did:plc identities, whose
/// genesis operation is kept here and submitted to no directory yet, so nobody else can resolve
/// them.
public struct PersonalDataServer: Sendable {
  public let configuration: PDSConfiguration
  public let logger: Logger
  let core: PDSCore

  /// Opens the data folder, or makes it.
  ///
  /// Throws ``PDSError``, or what the database throws.
  public init(_ configuration: PDSConfiguration, logger: Logger) throws {
    self.configuration = configuration
    self.logger = logger
    core = try PDSCore(configuration)
  }

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
      + ComAtproto.Identity.routes(IdentityHandler(core: core))
  }

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
    let wellKnown = WellKnown(core: core)
    let server = XRPCServer(
      routes,
      configuration: XRPCServerConfiguration(
        host: configuration.bindAddress,
        port: configuration.port,
        version: configuration.version
      ),
      logger: logger,
      fallback: { request, _ in try await wellKnown.respond(to: request) }
    )
    var application = server.application { [core] port in
      let url = "http://\(core.configuration.bindAddress):\(port)"
      if core.configuration.isDevelopment { core.address.url = url }
      await onListening(url)
    }
    application.addServices(Housekeeping(core: core, logger: logger))
    return application
  }

  /// Serves until SIGTERM or SIGINT, and answers the requests under way before it returns.
  ///
  /// - Parameter onListening: called once with the URL of the socket.
  public func run(
    onListening: @escaping @Sendable (String) async -> Void = { _ in }
  ) async throws {
    try await application(onListening: onListening).runService()
  }

  /// Closes the database; nothing can be served after that.
  public func close() throws {
    try core.store.close()
  }
}
