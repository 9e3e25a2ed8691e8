import ATProtoCrypto
import ATProtoIdentity
import Logging
import ServiceKit
import XRPC
import XRPCServer

/// The composition root: creates the domain types in the order in which they depend on each other,
/// and passes to each handler those that it uses.
struct LabelerServices: Sendable {
  let storage: LabelerStorage
  let secrets: LabelerSecrets
  let url: PublicURL
  let domain: LabelerDomain
  let handlers: LabelerHandlers
  let work: LabelerWork
  /// Everything outside of XRPC.
  let web: LabelerWeb
  private let identity: DevelopmentIdentity?
  private let logger: Logger

  init(
    _ configuration: LabelerConfiguration,
    _ storage: LabelerStorage,
    _ network: LabelerNetwork,
    _ metrics: LabelerMetrics,
    _ logger: Logger
  ) throws {
    let secrets = try LabelerSecrets(configuration, storage.store)
    let url = PublicURL(configuration)
    let domain = try LabelerDomain(configuration, storage, secrets, network, metrics, logger)
    self.storage = storage
    self.secrets = secrets
    self.url = url
    self.domain = domain
    self.logger = logger
    handlers = LabelerHandlers(domain, network.directory)
    let key = secrets.signingKey.publicKey
    work = LabelerWork(
      store: storage.store,
      desk: domain.desk,
      resigning: domain.resigning,
      pusher: domain.pusher,
      identity: IdentityCheck(
        of: secrets.did,
        key: key,
        url: { url.text },
        directory: network.directory
      ),
      declaration: domain.publishedDeclaration.map {
        DeclarationCheck(own: domain.declaration, published: $0)
      },
      streams: OpenStreams(),
      metrics: metrics,
      logger: logger
    )
    web = LabelerWeb(
      documents: LabelerDocuments(
        did: secrets.did,
        key: key,
        url: url,
        declaration: domain.declaration.file
      ),
      health: HealthReport(version: configuration.version) {
        try await Self.checkHealth(storage.store)
      },
      review: try ReviewPages(configuration, domain, secrets, network, url, logger),
      logger: logger
    )
    identity =
      configuration.isDevelopment
      ? DevelopmentIdentity(
        storage,
        PLCDirectoryClient(url: configuration.plcDirectory, transport: network.trusted)
      ) : nil
  }
}

extension LabelerServices {
  /// The methods of the labeler.
  var routes: [XRPCRoute] { handlers.routes }

  /// Throws if the store does not work.
  @Sendable func checkHealth() async throws { try await Self.checkHealth(storage.store) }

  fileprivate static func checkHealth(_ store: any LabelerStore) async throws {
    _ = try await store.read { transaction in try transaction.labels.newest()?.sequence }
  }

  /// In development, changes the identity to name the labeler's current URL, whose port can differ
  /// after a restart.
  func updateIdentity() async {
    guard let identity else { return }
    do {
      try await identity.update(
        to: url.text,
        signingKey: secrets.signingKey.publicKey,
        of: secrets.did
      )
    } catch {
      logger.warning(
        "cannot update the service endpoint of the labeler",
        metadata: ["error": "\(error)"]
      )
    }
  }
}
