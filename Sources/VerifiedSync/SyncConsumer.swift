public import ATProtoHTTP
public import ATProtoIdentity
public import ATProtoSyntax

/// Keeps repositories in sync: fetches them, follows the firehose, verifies both, and delivers each
/// change of a record in order.
///
///     var configuration = SyncConfiguration(relay: relay, boundary: .repositories([did]))
///     configuration.collections = [CollectionPattern("app.bsky.feed.post")!]
///     let consumer = SyncConsumer(
///       configuration,
///       store: MemorySyncStore(),
///       transport: transport,
///       identities: directory
///     )
///     async let running: Void = consumer.run()
///     for try await delivery in consumer.deliveries {
///       …
///       delivery.acknowledge()
///     }
public final class SyncConsumer: Sendable {
  /// The configuration.
  public let configuration: SyncConfiguration
  let store: any SyncStore
  let outbox: Outbox

  /// Creates a consumer, which does nothing before ``run()``.
  ///
  /// - Parameters:
  ///   - store: what is kept. Only one consumer may use it.
  ///   - transport: reaches the relay and PDSs. PDSs come from DID documents, so use a transport that
  ///     refuses private addresses.
  ///   - identities: resolves DIDs. It must not cache.
  ///   - observer: called with what an operator may want to know.
  public init(
    _ configuration: SyncConfiguration,
    store: any SyncStore,
    transport: any HTTPTransport,
    identities: any IdentityDirectory,
    observer: @escaping @Sendable (SyncNotice) -> Void = { _ in }
  ) {
    self.configuration = configuration
    self.store = store
    outbox = Outbox(store, configuration, SystemSyncClock())
  }

  /// The events, each at least once.
  public var deliveries: SyncDeliveries { SyncDeliveries(outbox: outbox) }

  /// Keeps repositories in sync until the task is cancelled.
  ///
  /// Throws if the relay refuses the cursor, or for good.
  public func run() async throws {}

  /// Adds repositories, which are then fetched. Those that are tracked already stay as they are.
  public func add(_ dids: [DID]) async throws {}

  /// Removes repositories with all that is kept about them.
  public func remove(_ dids: [DID]) async throws {}

  /// Returns what is known about a repository, or nil if it is not tracked.
  public func repository(_ did: DID) async throws -> TrackedRepository? {
    try await store.repository(did)
  }
}
