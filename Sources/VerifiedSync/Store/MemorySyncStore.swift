import ATProtoData
public import ATProtoRepo
public import ATProtoSyntax
import Synchronization

/// Keeps everything in memory, for as long as the process runs.
public final class MemorySyncStore: SyncStore {
  fileprivate struct State {
    var repositories: [DID: TrackedRepository] = [:]
    var records: [DID: [String: CID]] = [:]
    var recordCount = 0
    var events: [SyncEvent] = []
    var lastID = 0
    var cursors: [String: Int] = [:]
  }

  private let state = Mutex(State())

  /// Creates an empty store.
  public init() {}

  /// Applies all changes.
  public func apply(_ changes: SyncChanges) -> SyncChanges.Result {
    state.withLock { $0.apply(changes) }
  }

  /// A repository, or nil if it is not tracked.
  public func repository(_ did: DID) -> TrackedRepository? {
    state.withLock { $0.repositories[did] }
  }

  public func repositories(after did: DID?, limit: Int) -> [TrackedRepository] {
    state.withLock { state in
      let later = state.repositories.values.filter { repository in
        did.map { $0.string < repository.did.string } ?? true
      }
      return Array(later.sorted { $0.did.string < $1.did.string }.prefix(limit))
    }
  }

  public func repositoriesToFetch(at now: SyncTime, limit: Int) -> [TrackedRepository] {
    state.withLock { state in
      let due = state.repositories.values.filter { $0.phase.needsFetch && $0.nextAttemptAt <= now }
      return Array(due.sorted { $0.nextAttemptAt < $1.nextAttemptAt }.prefix(limit))
    }
  }

  public func records(of did: DID, after path: String?, limit: Int) -> [RecordVersion] {
    state.withLock { state in
      let later = (state.records[did] ?? [:]).filter { record in
        path.map { $0 < record.key } ?? true
      }
      return later.sorted { $0.key < $1.key }.prefix(limit).map {
        RecordVersion(path: $0.key, cid: $0.value)
      }
    }
  }

  public func recordCount(of did: DID) -> Int {
    state.withLock { $0.records[did]?.count ?? 0 }
  }

  public func events(after id: Int, limit: Int) -> [SyncEvent] {
    state.withLock { Array($0.events.lazy.filter { $0.id > id }.prefix(limit)) }
  }

  public func events(of did: DID, after id: Int, through last: Int, limit: Int) -> [SyncEvent] {
    state.withLock { state in
      Array(
        state.events.lazy.filter { $0.id > id && $0.id <= last && $0.did == did }.prefix(limit)
      )
    }
  }

  public func cursor(of relay: String) -> Int? {
    state.withLock { $0.cursors[relay] }
  }

  public func counts() -> SyncCounts {
    state.withLock { state in
      SyncCounts(
        repositories: state.repositories.count,
        records: state.recordCount,
        events: state.events.count
      )
    }
  }
}

extension MemorySyncStore.State {
  fileprivate mutating func apply(_ changes: SyncChanges) -> SyncChanges.Result {
    let before = events.count
    for did in changes.removed {
      repositories[did] = nil
      clear(did)
    }
    if !changes.removed.isEmpty {
      let removed = Set(changes.removed)
      events.removeAll { removed.contains($0.did) }
    }
    for did in changes.added where repositories[did] == nil {
      repositories[did] = TrackedRepository(did: did)
    }
    for repository in changes.repositories where repositories[repository.did] != nil {
      repositories[repository.did] = repository
    }
    for did in changes.cleared { clear(did) }
    for record in changes.records where repositories[record.did] != nil {
      let count = records[record.did]?.count ?? 0
      records[record.did, default: [:]][record.path] = record.cid
      recordCount += (records[record.did]?.count ?? 0) - count
    }
    if !changes.acknowledged.isEmpty {
      let acknowledged = Set(changes.acknowledged)
      events.removeAll { acknowledged.contains($0.id) }
    }
    let removedCount = before - events.count
    cursors.merge(changes.cursors) { $1 }
    let appended = changes.events.compactMap { kind -> SyncEvent? in
      let event = SyncEvent(id: lastID + 1, kind: kind.withoutBlock)
      guard repositories[event.did] != nil else { return nil }
      lastID = event.id
      return event
    }
    events += appended
    return SyncChanges.Result(events: appended, removedEvents: removedCount)
  }

  private mutating func clear(_ did: DID) {
    recordCount -= records.removeValue(forKey: did)?.count ?? 0
  }
}

extension SyncEvent.Kind {
  /// The event without the bytes of its record, which would be in memory twice.
  fileprivate var withoutBlock: Self {
    guard case .record(var change) = self else { return self }
    change.block = nil
    return .record(change)
  }
}
