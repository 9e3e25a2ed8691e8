public import ATProtoHTTP
public import ATProtoIdentity
import ATProtoRepo
public import ATProtoSyntax
import Synchronization
import XRPCClient

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
  private let environment: SyncEnvironment
  private let tracked: TrackedSet
  private let progress = CursorProgress()
  private let schedule: FetchSchedule
  private let groups: [RepositoryGroup]
  private let discovery: Discovery
  private let missed: MissedEvents

  /// Creates a consumer, which does nothing before ``run()``.
  ///
  /// - Parameters:
  ///   - store: what is kept. Only one consumer may use it.
  ///   - transport: reaches PDSs. They come from DID documents, so use a transport that refuses
  ///     private addresses.
  ///   - relayTransport: reaches the relay; nil for `transport`.
  ///   - identities: resolves DIDs. It must not cache.
  ///   - observer: called with notices for the operator.
  public convenience init(
    _ configuration: SyncConfiguration,
    store: any SyncStore,
    transport: any HTTPTransport,
    relayTransport: (any HTTPTransport)? = nil,
    identities: any IdentityDirectory,
    observer: @escaping @Sendable (SyncNotice) -> Void = { _ in }
  ) {
    self.init(
      configuration,
      store: store,
      transport: transport,
      relayTransport: relayTransport,
      identities: identities,
      clock: SystemSyncClock(),
      observer: observer
    )
  }

  init(
    _ configuration: SyncConfiguration,
    store: any SyncStore,
    transport: any HTTPTransport,
    relayTransport: (any HTTPTransport)? = nil,
    identities: any IdentityDirectory,
    clock: any SyncClock,
    observer: @escaping @Sendable (SyncNotice) -> Void
  ) {
    self.configuration = configuration
    let environment = SyncEnvironment(
      configuration: configuration,
      outbox: Outbox(store, configuration, clock),
      store: store,
      transport: transport,
      relayTransport: relayTransport ?? transport,
      identities: identities,
      clock: clock,
      observer: observer
    )
    self.environment = environment
    let schedule = FetchSchedule(configuration)
    self.schedule = schedule
    let tracked = TrackedSet(configuration.boundary)
    self.tracked = tracked
    let questions = SyncQuestions(environment, schedule)
    let progress = progress
    var policy = SyncPolicy.consumer
    policy.refreshInterval = configuration.identityRefreshInterval.microseconds
    groups = (0..<max(1, configuration.firehoseParallelism)).map { [policy] _ in
      RepositoryGroup(
        environment,
        questions: questions,
        tracked: tracked,
        progress: progress,
        policy: policy
      )
    }
    discovery = Discovery(environment, tracked, groups, schedule)
    missed = MissedEvents(environment, progress, tracked, groups, discovery)
  }

  /// The events, each at least once.
  public var deliveries: SyncDeliveries { SyncDeliveries(outbox: environment.outbox) }

  /// Keeps repositories in sync until the task is canceled, after which there are no more
  /// deliveries.
  ///
  /// Throws ``SyncConsumerError`` if the relay refuses the stream or the cursor for good, or an
  /// error of the store if it cannot be read at the start.
  public func run() async throws {
    defer { end() }
    do {
      try await environment.outbox.start()
      try await tracked.load(environment.store)
      let cursor = try await environment.store.cursor(of: environment.streamName)
      progress.restart(at: configuration.replaysFromCursor ? cursor : nil)
      try await work()
    } catch {
      if !Task.isCancelled { throw error }
    }
  }

  private func work() async throws {
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      for group in groups { tasks.addTask { await group.run() } }
      tasks.addTask { try await self.follow() }
      tasks.addTask { try await self.discovery.run() }
      tasks.addTask { await self.missed.run() }
      tasks.addTask {
        try await self.schedule.run(self.environment) { did in
          self.groups.group(of: did).inbox.send(.fetch(did))
        }
      }
      tasks.addTask { await self.keepUp() }
      defer { tasks.cancelAll() }
      while try await tasks.next() != nil {}
    }
  }

  private func end() {
    for group in groups { group.inbox.end() }
    schedule.end()
    discovery.end()
    missed.end()
    environment.outbox.end()
  }

  private func follow() async throws {
    try await FirehoseFollower(
      environment: environment,
      progress: progress,
      tracked: tracked,
      groups: groups,
      discovery: discovery,
      missed: missed
    ).run()
  }

  /// Saves the position and acknowledgments, and delivers unacknowledged events again.
  private func keepUp() async {
    let interval = max(configuration.cursorSaveInterval.microseconds, 10_000)
    while !Task.isCancelled {
      await environment.clock.sleep(until: environment.clock.now + interval)
      environment.outbox.expire()
      try? await save()
    }
    // What was acknowledged is not delivered again after a restart.
    await Task { try? await self.save() }.value
  }

  /// Saves the position in the firehose and acknowledgments.
  func save() async throws {
    try await environment.outbox.flush()
    guard let cursor = progress.savedCursor else { return }
    var changes = SyncChanges()
    changes.cursors[environment.streamName] = cursor
    try await environment.outbox.apply(changes)
  }

  // MARK: Repositories

  /// Adds repositories, which are then fetched. Those that are tracked already stay as they are.
  public func add(_ dids: [DID]) async throws {
    var changes = SyncChanges()
    changes.added = dids
    try await environment.outbox.apply(changes)
    for did in dids { tracked.insert(did) }
    schedule.wake()
  }

  /// Removes repositories and everything that is kept about them.
  public func remove(_ dids: [DID]) async throws {
    for did in dids {
      tracked.remove(did)
      groups.group(of: did).inbox.send(.remove(did))
      schedule.finished(did)
    }
    var changes = SyncChanges()
    changes.removed = dids
    try await environment.outbox.apply(changes)
    environment.outbox.remove(dids)
  }

  /// Fetches a repository again, and stores what has changed. One that waits for a later attempt is
  /// fetched at once.
  ///
  /// - Returns: false if it is not tracked.
  public func resync(_ did: DID) async throws -> Bool {
    guard var repository = try await environment.store.repository(did) else { return false }
    if repository.phase.needsFetch {
      repository.nextAttemptAt = 0
      var changes = SyncChanges()
      changes.repositories = [repository]
      try await environment.outbox.apply(changes)
    } else {
      groups.group(of: did).inbox.send(.check(did))
    }
    schedule.wake()
    return true
  }

  /// Lists the repositories of the boundary again, and fetches those with records in some
  /// collections even if they are up to date.
  public func backfill(_ collections: [CollectionPattern]) {
    discovery.request(collections)
  }

  /// Resolves the identity of a repository again.
  public func refreshIdentity(of did: DID) {
    groups.group(of: did).inbox.send(.refresh(did))
  }

  /// Returns what the consumer has done and still has to process, without reading the store.
  public func activity() -> SyncActivity {
    SyncActivity(
      cursor: progress.cursor,
      waitingEvents: groups.reduce(0) { $0 + $1.waitingCount.load(ordering: .relaxed) },
      counters: environment.counters.counters,
      discovery: discovery.progress
    )
  }

  /// Returns what is known about a repository, or nil if it is not tracked.
  public func repository(_ did: DID) async throws -> TrackedRepository? {
    try await environment.store.repository(did)
  }

  /// Returns the number of records of a repository that were delivered and not deleted.
  public func recordCount(of did: DID) async throws -> Int {
    try await environment.store.recordCount(of: did)
  }

  /// Returns how much is stored, and the position in the firehose up to which everything is.
  public func statistics() async throws -> SyncStatistics {
    SyncStatistics(
      counts: try await environment.store.counts(),
      cursor: progress.cursor,
      waitingEvents: groups.reduce(0) { $0 + $1.waitingCount.load(ordering: .relaxed) }
    )
  }
}

/// What a ``SyncConsumer`` has stored, and what it still has to process.
public struct SyncStatistics: Hashable, Sendable {
  /// How much is stored.
  public var counts: SyncCounts
  /// The position in the firehose up to which everything is stored.
  public var cursor: Int?
  /// The number of firehose events that are waiting for an identity or a repository.
  public var waitingEvents: Int
}

/// What a ``SyncConsumer`` has done since it was created.
public struct SyncActivity: Hashable, Sendable {
  /// The position in the firehose up to which everything is stored; nil before the first event.
  public var cursor: Int?
  /// The number of firehose events that are waiting for an identity or a repository.
  public var waitingEvents: Int
  /// Counts of events and fetches.
  public var counters: SyncCounters
  /// How far the lists of repositories have been read.
  public var discovery: SyncDiscovery
}

/// Why a ``SyncConsumer`` has ended.
///
/// Two errors are equal if their codes are.
public struct SyncConsumerError: CodedError {
  /// The kinds of errors.
  public enum Code: String, Hashable, Sendable {
    /// The relay does not offer the stream.
    case refused
    /// The saved position is ahead of the stream: it is another stream, or it has been reset.
    case futureCursor
  }

  /// The kind of error.
  public var code: Code
  /// The error in words.
  public var reason: String

  /// Creates an error.
  public init(_ code: Code, _ reason: String) {
    self.code = code
    self.reason = reason
  }
}
