import ATProtoLabels
import ATProtoSyntax
public import Hummingbird
public import Lexicon
public import Logging
public import ServiceKit
import XRPC
public import XRPCServer

/// An app view: follows the network, keeps an index of the records that it was asked to keep, and
/// answers reads over XRPC.
///
/// Its own methods are `com.atproto.repo.getRecord`, `listRecords`, and `describeRepo`, the
/// resolution of identities and lexicons, `dev.lexgen.index`, `blue.microcosm.links`, and takedowns
/// with `com.atproto.admin`. Typed handlers add methods of an application; queries of the loaded
/// lexicons whose output is a page of record views are served without a handler, as the page of
/// this module describes.
public struct AppViewServer: Sendable {
  /// The settings.
  public let configuration: AppViewConfiguration
  /// Where the server logs.
  public let logger: Logger
  let services: AppViewServices

  /// Reads the folders of lexicons, and prepares the storage for the collections to index.
  ///
  /// Throws ``ServiceError``, or an error of the storage.
  ///
  /// - Parameters:
  ///   - storage: where the app view keeps its data. The caller closes it after the app view ends.
  ///   - lexicons: those that are compiled in, in addition to
  ///     ``AppViewConfiguration/lexiconFolders``; see ``AppViewLexicons/builtIn``.
  ///   - handlers: the methods of an application. A method is served if all collections that it
  ///     needs are indexed.
  public init(
    _ configuration: AppViewConfiguration,
    storage: AppViewStorage,
    lexicons: Catalog,
    handlers: [IndexRoute],
    logger: Logger
  ) throws {
    try self.init(
      configuration,
      storage: storage,
      lexicons: lexicons,
      handlers: handlers,
      logger: logger,
      network: nil
    )
  }

  /// - Parameter network: reaches other servers; nil for the network that the configuration
  ///   describes.
  package init(
    _ configuration: AppViewConfiguration,
    storage: AppViewStorage,
    lexicons: Catalog,
    handlers: [IndexRoute],
    logger: Logger,
    network: AppViewNetwork?
  ) throws {
    self.configuration = configuration
    self.logger = logger
    services = try AppViewServices(
      configuration,
      storage,
      lexicons,
      handlers,
      network ?? AppViewNetwork(configuration),
      logger
    )
  }

  /// The DID of the service. Without ``AppViewConfiguration/did`` and
  /// ``AppViewConfiguration/hostname``, it contains the port, so it is final only when the server
  /// listens.
  public var did: String { services.identity.did.string }

  /// The password of the administrator; in development, generated at each start if none is
  /// configured.
  public var adminPassword: String? { services.adminPassword }
}

extension AppViewServer: NetworkService {
  /// The address to listen on.
  public var address: ListenAddress { configuration.address }

  /// Ten seconds.
  public var shutdownTimeout: Duration { .seconds(10) }

  /// The server, with its work beside requests: following the network and the labelers.
  public func application(
    onListening: @escaping @Sendable (String) async -> Void = { _ in }
  ) -> Application<XRPCResponder> {
    let (untilListening, listening) = AsyncStream<Void>.makeStream()
    var application = server.application { [address, services] port in
      services.identity.listening(onPort: port)
      await onListening(address.url(port: port))
      listening.finish()
    }
    application.addServices(
      AppViewWork(
        ingest: services.ingest,
        labels: services.labels,
        untilListening: untilListening
      )
    )
    return application
  }

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
    configuration.exposedFields = [.atprotoRepoRev, AcceptedLabelers.responseField]
    configuration.eventStreams.maximumStreamsPerClient = Self.streamsPerClient
    configuration.shutdownTimeout = shutdownTimeout
    configuration.trustedProxies = self.configuration.trustedProxies
    configuration.metrics = services.metrics.registry
    configuration.fallbackPaths = AppViewWeb.paths
    configuration.healthCheck = services.checkHealth
    return XRPCServer(
      services.routes,
      configuration: configuration,
      logger: logger,
      fallback: { [web = services.web] request, context in
        await web.respond(to: request, context)
      }
    )
  }

  /// Event streams that one client may have open.
  private static let streamsPerClient = 50
}
