import ATProtoCrypto
import ATProtoHTTP
import ATProtoSyntax
import Lexicon
import Logging
import ServiceKit
import XRPC
import XRPCClient
import XRPCServer

/// The composition root: creates the domain types in the order in which they depend on each other,
/// and passes to each handler those that it uses.
struct AppViewServices: Sendable {
  let store: any AppViewStore
  let identity: AppViewIdentity
  let adminPassword: String?
  let ingest: Ingest
  let labels: LabelFollowing
  let routes: [XRPCRoute]
  let metrics: AppViewMetrics
  /// Everything outside of XRPC.
  let web: AppViewWeb

  init(
    _ configuration: AppViewConfiguration,
    _ storage: AppViewStorage,
    _ lexicons: Catalog,
    _ handlers: [IndexRoute],
    _ network: AppViewNetwork,
    _ logger: Logger
  ) throws {
    let store = storage.store
    let identity = try AppViewIdentity(configuration)
    let loaded = AppViewLexicons.read(configuration.lexiconFolders, knowing: lexicons)
    for problem in loaded.problems { logger.error("\(problem)") }
    let collections = IndexedCollections(loaded.catalog, patterns: configuration.collections)
    adminPassword =
      configuration.adminPassword
      ?? (configuration.isDevelopment ? SecureRandom.base32(15) : nil)
    let gate = AdminGate(Administrator(passwords: adminPassword.map { [$0] } ?? []))
    ingest = try Ingest(
      IngestConfiguration(configuration),
      store: store,
      plan: collections.plan,
      transport: network.guarded,
      relayTransport: network.trusted,
      identities: network.documents,
      logger: logger
    )
    labels = LabelFollowing(
      configuration.labelers,
      index: storage.labels,
      directory: network.directory,
      transport: network.guarded,
      logger: logger
    )
    let takedowns = Takedowns(store: store, logger: logger)
    let status = IndexStatus(store: store, ingest: ingest, collections: collections)
    let metrics = AppViewMetrics()
    routes = AppViewRoutes(
      reads: IndexReads(store),
      collections: collections,
      lexicons: loaded,
      labels: storage.labels,
      labelers: configuration.labelers,
      network: network
    ).all(
      handlers,
      ViewerAuthentication(identity, directory: network.directory),
      status,
      AdminHandler(gate: gate, takedowns: takedowns),
      RecordStream(updates: ingest.updates, store: store, collections: collections)
    )
    web = AppViewWeb(
      identity: identity,
      status: status,
      metrics: metrics,
      health: HealthReport(version: configuration.version) { try await Self.checkHealth(store) },
      administration: try Administration(
        gate,
        AdminActions(
          status: status,
          labels: labels,
          takedowns: takedowns,
          lexiconProblems: loaded.problems,
          identity: identity
        )
      ),
      logger: logger
    )
    self.store = store
    self.identity = identity
    self.metrics = metrics
  }

  /// Throws if the store does not work.
  @Sendable func checkHealth() async throws { try await Self.checkHealth(store) }

  private static func checkHealth(_ store: any AppViewStore) async throws {
    _ = try await store.read(deadline: nil) { snapshot in try snapshot.sync.note("health") }
  }
}

extension IngestConfiguration {
  fileprivate init(_ configuration: AppViewConfiguration) {
    self.init(relay: ServiceEndpoint(configuration.relay))
    collections = configuration.collections
    allowsPlainHTTP = configuration.allowsPrivateAddresses
    // Files of repositories are as large as those in the database.
    if let path = configuration.databasePath, let slash = path.lastIndex(of: "/"),
      slash != path.startIndex
    {
      scratchDirectory = String(path[..<slash])
    }
  }
}
