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
  private let core: PDSCore

  /// Opens the data folder, or makes it.
  ///
  /// Throws ``PDSError``, or what the database throws.
  public init(_ configuration: PDSConfiguration, logger: Logger) throws {
    self.configuration = configuration
    self.logger = logger
    core = try PDSCore(configuration)
  }

  public var routes: [XRPCRoute] {
    ComAtproto.Server.routes(ServerHandler(core: core))
      + ComAtproto.Repo.routes(RepoHandler(core: core))
      + ComAtproto.Sync.routes(SyncHandler(core: core))
      + ComAtproto.Identity.routes(IdentityHandler(core: core))
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
    return server.application { [core] port in
      let url = "http://\(core.configuration.bindAddress):\(port)"
      if core.configuration.isDevelopment { core.address.url = url }
      await onListening(url)
    }
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
