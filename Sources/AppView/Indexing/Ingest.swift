package import ATProtoHTTP
package import ATProtoIdentity
import ATProtoRepo
package import ATProtoSyntax
package import LexiconIndex
package import Logging
import Synchronization
package import VerifiedSync

/// Follows the network and keeps the index up to date, until it is stopped.
package final class Ingest: Sendable {
  private static let collectionsNote = "collections"

  private struct State {
    var isConnected = false
    var isComplete = false
    var rate = BackfillRate()
  }

  /// The changes of records, as they are committed.
  package let updates: LiveUpdates
  /// The collections that are indexed.
  package let collections: [CollectionPattern]
  private let configuration: IngestConfiguration
  private let store: any AppViewStore
  private let consumer: SyncConsumer
  private let reindexing: Reindexing
  private let logger: Logger
  private let shared: Shared

  private final class Shared: Sendable {
    let state = Mutex(State())
  }

  /// Prepares the index for the plan. Blocks the thread; nothing may be served before.
  ///
  /// - Parameters:
  ///   - transport: reaches PDSs, which DID documents and redirects name, so it must check
  ///     addresses.
  ///   - relayTransport: reaches the relay, which the operator names.
  ///   - identities: resolves DIDs. It must not cache.
  package init(
    _ configuration: IngestConfiguration,
    store: any AppViewStore,
    plan: IndexPlan,
    transport: any HTTPTransport,
    relayTransport: any HTTPTransport,
    identities: any IdentityDirectory,
    logger: Logger
  ) throws {
    let patterns =
      configuration.collections.isEmpty
      ? plan.collections.compactMap { CollectionPattern($0.collection.string) }
      : configuration.collections
    self.configuration = configuration
    self.store = store
    self.logger = logger
    collections = patterns
    reindexing = try Reindexing(store, plan)
    let added = try store.setUp { try Self.addedCollections($0, patterns) }
    let updates = LiveUpdates(now: Self.now())
    self.updates = updates
    let shared = Shared()
    self.shared = shared
    consumer = SyncConsumer(
      configuration.consumer(patterns, added: added),
      store: IndexingSyncStore(store: store, plan: plan, updates: updates, now: Self.now),
      transport: transport,
      relayTransport: relayTransport,
      identities: identities,
      observer: { notice in
        switch notice {
        case .connected: shared.state.withLock { $0.isConnected = true }
        case .disconnected: shared.state.withLock { $0.isConnected = false }
        default: break
        }
        notice.write(to: logger)
      }
    )
  }

  /// Microseconds since the Unix epoch.
  private static func now() -> Int64 {
    let now = Datetime.Instant.now
    return Int64(clamping: now.seconds) * 1_000_000 + Int64(now.nanoseconds / 1_000)
  }

  /// Follows the network until the task is canceled. Throws if the store cannot be read at the
  /// start.
  package func run() async throws {
    defer { updates.end() }
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { try await self.consumer.run() }
      tasks.addTask {
        await self.reindexing.run { error in
          self.logger.error("cannot index records again", metadata: ["reason": "\(error)"])
        }
      }
      tasks.addTask { await self.watch() }
      tasks.addTask { await self.refreshIdentities() }
      defer { tasks.cancelAll() }
      while try await tasks.next() != nil {}
    }
  }

  // MARK: Collections

  /// Collections that the settings name and the last complete backfill did not include. From now
  /// on, those that the settings no longer name count as not included, because their changes are no
  /// longer followed.
  private static func addedCollections(
    _ transaction: any IndexTransaction,
    _ patterns: [CollectionPattern]
  ) throws -> [CollectionPattern] {
    guard let note = try transaction.sync.note(collectionsNote) else { return [] }
    let known = note.split(separator: ",").compactMap { CollectionPattern(String($0)) }
    let kept = known.filter { pattern in
      patterns.contains(pattern) || pattern.collection.map(patterns.wants) ?? false
    }
    try transaction.syncWriting.setNote(collectionsNote, text(kept))
    return patterns.filter { pattern in
      !kept.contains(pattern)
        && !(pattern.collection.map { !kept.isEmpty && kept.wants($0) } ?? false)
    }
  }

  private static func text(_ patterns: [CollectionPattern]) -> String {
    patterns.map(\.text).joined(separator: ",")
  }

  /// Measures the backfill, and remembers which collections it included.
  private func watch() async {
    var isNoted = false
    while !Task.isCancelled {
      if let phases = try? await store.read(deadline: nil, { try $0.sync.phases() }) {
        let known = phases.values.reduce(0, +)
        shared.state.withLock { state in
          state.rate.sample(known - (phases[.pending] ?? 0), at: .now)
        }
      }
      if !isNoted, consumer.activity().discovery.isComplete {
        let text = Self.text(collections)
        do {
          try await store.write { try $0.syncWriting.setNote(Self.collectionsNote, text) }
          isNoted = true
        } catch {
          logger.error("cannot store the collections", metadata: ["reason": "\(error)"])
        }
      }
      try? await Task.sleep(for: .seconds(1))
    }
  }

  // MARK: Identities

  /// Resolves identities again that nothing has been heard of for a long time, a few per second, in
  /// turn.
  private func refreshIdentities() async {
    let lifetime = SyncTime(clamping: configuration.identityLifetime.components.seconds) * 1_000_000
    var last: DID?
    while !Task.isCancelled {
      try? await Task.sleep(for: .seconds(1))
      let start = last
      let page = try? await store.read(deadline: nil) {
        try $0.sync.repositories(after: start, limit: 50)
      }
      guard let page else { continue }
      last = page.last?.did
      let now = SyncTime(clamping: Self.now())
      for repository in page {
        guard repository.phase == .active, let checkedAt = repository.identity?.checkedAt,
          now > checkedAt, now - checkedAt > lifetime
        else { continue }
        consumer.refreshIdentity(of: repository.did)
      }
    }
  }

  // MARK: Operators

  /// Returns how far the network has been followed.
  package func status() async throws -> IngestStatus {
    // In this order: a repository that is listed in between is counted as waiting.
    let activity = consumer.activity()
    let phases = try await store.read(deadline: nil) { try $0.sync.phases() }
    var backfill = IngestStatus.Backfill()
    backfill.listed = activity.discovery.listed
    backfill.isListed = activity.discovery.isComplete
    backfill.known = phases.values.reduce(0, +)
    backfill.waiting = phases[.pending] ?? 0
    let isComplete =
      backfill.isListed && backfill.waiting == 0
      && (consumer.configuration.addedCollections.isEmpty
        || [.desynchronized, .resyncing].allSatisfy { (phases[$0] ?? 0) == 0 })
    let isConnected = shared.state.withLock { state in
      if isComplete { state.isComplete = true }
      backfill.isComplete = state.isComplete
      backfill.rate = state.rate.perSecond
      return state.isConnected
    }
    return IngestStatus(
      phases: phases,
      activity: activity,
      backfill: backfill,
      isConnected: isConnected,
      reindexing: reindexing.collections
    )
  }

  /// What can be told without reading the store, for metrics.
  package func activity() -> SyncActivity { consumer.activity() }

  /// Whether typed queries of a collection may miss records, because they are being indexed again.
  package func isReindexing(_ collection: NSID) -> Bool { reindexing.contains(collection) }

  /// Indexes the stored records of a collection again in the background.
  package func reindex(_ collection: NSID) async throws {
    try await reindexing.request(collection)
  }

  /// Lists the repositories with records in a collection, or in any that is indexed, and fetches
  /// them again.
  package func backfill(_ collection: NSID? = nil) {
    consumer.backfill(
      collection.flatMap { CollectionPattern($0.string) }.map { [$0] } ?? collections
    )
  }

  /// Follows repositories whether or not they are listed.
  package func add(_ dids: [DID]) async throws {
    try await consumer.add(dids)
  }

  /// Fetches a repository again. Returns false if it is not followed.
  package func resync(_ did: DID) async throws -> Bool {
    try await consumer.resync(did)
  }
}
