public import ATProtoData
public import ATProtoRepo
public import ATProtoSyntax

/// What a ``SyncConsumer`` keeps: repositories, the CIDs of their records, events that were not
/// acknowledged, and the position in the firehose.
///
/// ``MemorySyncStore`` is the in-memory twin of `SQLiteSyncStore`.
public protocol SyncStore: Sendable {
  /// Whether the store keeps the records themselves, and applies what belongs together as a whole:
  /// ``SyncChanges/fetched`` has the changes of a fetched repository, changes of records have
  /// ``RecordChange/block``, and the position in the stream comes with the changes that follow from
  /// its events. Such a store returns no events, so that nothing is delivered.
  ///
  /// Optional: false. Fetched repositories then come in batches of events.
  var keepsRecords: Bool { get }

  /// Applies all changes or none.
  ///
  /// Records and events of repositories that are not tracked are left out, in case a repository was
  /// removed while it was being fetched. `added` and `repositories` come before them.
  func apply(_ changes: SyncChanges) async throws -> SyncChanges.Result

  /// A repository, or nil if it is not tracked.
  func repository(_ did: DID) async throws -> TrackedRepository?

  /// The repositories after a DID, in the order of their DIDs.
  func repositories(after did: DID?, limit: Int) async throws -> [TrackedRepository]

  /// Repositories whose phase is `pending`, `desynchronized`, `resyncing`, or `error`, and whose
  /// next attempt is due, those with the earliest time first.
  func repositoriesToFetch(at now: SyncTime, limit: Int) async throws -> [TrackedRepository]

  /// The records of a repository after a path, in the order of their paths' bytes.
  func records(of did: DID, after path: String?, limit: Int) async throws -> [RecordVersion]

  /// The number of records of a repository.
  func recordCount(of did: DID) async throws -> Int

  /// The events after an ID that have not been acknowledged, in order.
  func events(after id: Int, limit: Int) async throws -> [SyncEvent]

  /// The events of a repository after one ID and through another, in order.
  func events(of did: DID, after id: Int, through last: Int, limit: Int) async throws
    -> [SyncEvent]

  /// The position in the stream of a relay, or nil if there is none.
  func cursor(of relay: String) async throws -> Int?

  /// The totals of what is stored. Called often, so it must not read everything.
  func counts() async throws -> SyncCounts
}

extension SyncStore {
  public var keepsRecords: Bool { false }
}

/// The version of a record that was delivered.
public struct RecordVersion: Hashable, Sendable {
  /// The collection and the record key.
  public var path: String
  /// The CID of the record.
  public var cid: CID

  /// Creates a version.
  public init(path: String, cid: CID) {
    self.path = path
    self.cid = cid
  }
}

/// Changes that belong together.
public struct SyncChanges: Sendable {
  /// A change to the known version of a record.
  public struct Record: Hashable, Sendable {
    /// The account.
    public var did: DID
    /// The collection and the record key.
    public var path: String
    /// Nil if the record was deleted.
    public var cid: CID?

    /// Creates a change.
    public init(did: DID, path: String, cid: CID?) {
      self.did = did
      self.path = path
      self.cid = cid
    }
  }

  /// The effect of changes on the stored events.
  public struct Result: Hashable, Sendable {
    /// The new events with their IDs, in order.
    public var events: [SyncEvent]
    /// The number of events that are no longer stored.
    public var removedEvents: Int

    /// Creates a result.
    public init(events: [SyncEvent] = [], removedEvents: Int = 0) {
      self.events = events
      self.removedEvents = removedEvents
    }
  }

  /// Repositories to replace; those that are not tracked are left out.
  public var repositories: [TrackedRepository] = []
  /// Repositories to track; those that are known stay as they are.
  public var added: [DID] = []
  /// Repositories to remove, with their records and events. This comes first.
  public var removed: [DID] = []
  /// Repositories whose records are no longer kept. This comes before ``records``.
  public var cleared: [DID] = []
  /// Changes to versions of records.
  public var records: [Record] = []
  /// Events to append.
  public var events: [SyncEvent.Kind] = []
  /// The IDs of events to remove.
  public var acknowledged: [Int] = []
  /// The changes of a repository that was fetched, for a store that keeps records. There are no
  /// others in ``events`` and ``records``.
  public var fetched: FetchedRepository?
  /// Positions in streams, by relay.
  public var cursors: [String: Int] = [:]

  /// Creates a value without changes.
  public init() {}

  /// Whether there is nothing to apply.
  public var isEmpty: Bool {
    repositories.isEmpty && added.isEmpty && removed.isEmpty && cleared.isEmpty && records.isEmpty
      && events.isEmpty && acknowledged.isEmpty && cursors.isEmpty && fetched == nil
  }
}

/// How much is in a store.
public struct SyncCounts: Hashable, Sendable {
  /// The repositories that are tracked.
  public var repositories: Int
  /// The records that were delivered and not deleted.
  public var records: Int
  /// The events that have not been acknowledged.
  public var events: Int

  /// Creates counts.
  public init(repositories: Int = 0, records: Int = 0, events: Int = 0) {
    self.repositories = repositories
    self.records = records
    self.events = events
  }
}
