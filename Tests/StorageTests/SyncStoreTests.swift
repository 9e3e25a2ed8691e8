import ATProtoCrypto
import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import SQLiteStorage
import TestSupport
import Testing
import VerifiedSync

/// A backend of ``SyncStore``. All backends must pass this suite; to add one, add a case.
enum SyncBackend: CaseIterable, CustomTestStringConvertible, Sendable {
  case memory
  case sqlite

  var testDescription: String { "\(self)" }

  func withStore(_ body: (any SyncStore) async throws -> Void) async throws {
    switch self {
    case .memory: try await body(MemorySyncStore())
    case .sqlite:
      let folder = try TemporaryFolder()
      let store = try SQLiteSyncStore(path: folder.path + "/sync.sqlite")
      do {
        try await body(store)
      } catch {
        try? store.close()
        throw error
      }
      try store.close()
    }
  }
}

@Suite struct SyncStoreTests {
  private static let alice = Sample.did("alice")
  private static let bob = Sample.did("bob")

  private static func change(_ did: DID, _ key: String, live: Bool = true) -> SyncEvent.Kind {
    let record: DataValue = ["$type": "com.example.note", "text": .string(key), "n": [1, .null]]
    return .record(
      RecordChange(
        isLive: live,
        rev: Sample.tid(1),
        did: did,
        collection: "com.example.note",
        recordKey: try! RecordKey(key),
        action: .create,
        cid: CID(hashingDAGCBOR: record.cborBytes()),
        record: record
      )
    )
  }

  private static func tracked(_ dids: DID...) -> SyncChanges {
    var changes = SyncChanges()
    changes.added = dids
    return changes
  }

  @Test("repositories come back as they were stored", arguments: SyncBackend.allCases)
  func repositoriesAreStored(_ backend: SyncBackend) async throws {
    try await backend.withStore { store in
      _ = try await store.apply(Self.tracked(Self.alice, Self.bob))
      #expect(try await store.repository(Self.alice) == TrackedRepository(did: Self.alice))
      let full = TrackedRepository(
        did: Self.alice,
        phase: .error,
        handle: "alice.test",
        status: HostedStatus(isActive: true, status: "throttled"),
        identity: SyncIdentity(
          signingKey: PrivateKey(generating: .p256).publicKey,
          pds: "https://pds.test",
          checkedAt: 5
        ),
        head: KnownAccount.Head(rev: Sample.tid(7), data: Sample.cid("data")),
        attempts: 3,
        nextAttemptAt: 1_800_000_000_000_000,
        error: "it does not answer"
      )
      var changes = SyncChanges()
      changes.repositories = [full, TrackedRepository(did: Sample.did("stranger"))]
      changes.added = [Self.alice]
      _ = try await store.apply(changes)
      #expect(try await store.repository(Self.alice) == full)
      #expect(try await store.repository(Sample.did("stranger")) == nil)
      #expect(
        try await store.repositories(after: nil, limit: 10).map(\.did) == [Self.alice, Self.bob]
      )
      #expect(try await store.repositories(after: Self.alice, limit: 10).map(\.did) == [Self.bob])
      #expect(try await store.repositories(after: nil, limit: 1).count == 1)
      #expect(try await store.counts() == SyncCounts(repositories: 2))
    }
  }

  @Test(
    "repositories that are due are found in the order of their times",
    arguments: SyncBackend.allCases
  )
  func dueRepositoriesAreFound(_ backend: SyncBackend) async throws {
    try await backend.withStore { store in
      var changes = SyncChanges()
      for (index, phase) in RepositoryPhase.allCases.enumerated() {
        let did = Sample.did("user\(index)")
        changes.added.append(did)
        changes.repositories.append(
          TrackedRepository(did: did, phase: phase, nextAttemptAt: SyncTime(100 - index))
        )
      }
      _ = try await store.apply(changes)
      let due = try await store.repositoriesToFetch(at: 100, limit: 10)
      #expect(due.map(\.phase) == [.error, .resyncing, .desynchronized, .pending])
      #expect(try await store.repositoriesToFetch(at: 98, limit: 10).count == 2)
      #expect(try await store.repositoriesToFetch(at: 100, limit: 1).map(\.phase) == [.error])
    }
  }

  @Test("records are sorted by path and replaced or deleted", arguments: SyncBackend.allCases)
  func recordsAreStored(_ backend: SyncBackend) async throws {
    try await backend.withStore { store in
      var changes = Self.tracked(Self.alice)
      changes.records = ["b/2", "a/10", "a/1", "c/1"].map {
        .init(did: Self.alice, path: $0, cid: Sample.cid($0))
      }
      changes.records.append(.init(did: Self.alice, path: "b/2", cid: Sample.cid("new")))
      changes.records.append(.init(did: Self.alice, path: "c/1", cid: nil))
      changes.records.append(.init(did: Self.bob, path: "a/1", cid: Sample.cid("stranger")))
      _ = try await store.apply(changes)
      let all = try await store.records(of: Self.alice, after: nil, limit: 10)
      #expect(all.map(\.path) == ["a/1", "a/10", "b/2"])
      #expect(try await store.recordCount(of: Self.alice) == 3)
      #expect(try await store.recordCount(of: Self.bob) == 0)
      #expect(all.last?.cid == Sample.cid("new"))
      #expect(
        try await store.records(of: Self.alice, after: "a/1", limit: 1).map(\.path) == ["a/10"]
      )
      #expect(try await store.records(of: Self.bob, after: nil, limit: 10).isEmpty)
      var clearing = SyncChanges()
      clearing.cleared = [Self.alice]
      clearing.records = [.init(did: Self.alice, path: "d/1", cid: Sample.cid("d"))]
      _ = try await store.apply(clearing)
      #expect(
        try await store.records(of: Self.alice, after: nil, limit: 10).map(\.path) == ["d/1"]
      )
    }
  }

  @Test("events keep their IDs until they are acknowledged", arguments: SyncBackend.allCases)
  func eventsAreStored(_ backend: SyncBackend) async throws {
    try await backend.withStore { store in
      var changes = Self.tracked(Self.alice, Self.bob)
      changes.events = [
        Self.change(Self.alice, "one"),
        Self.change(Sample.did("stranger"), "two"),
        .identity(
          IdentityChange(did: Self.bob, handle: "bob.test", isActive: false, status: "deleted")
        ),
        Self.change(Self.alice, "three", live: false),
      ]
      let events = try await store.apply(changes).events
      #expect(events.map(\.kind) == [0, 2, 3].map { changes.events[$0] })
      #expect(try await store.events(after: 0, limit: 10) == events)
      #expect(try await store.events(after: events[0].id, limit: 1) == [events[1]])
      var acknowledging = SyncChanges()
      acknowledging.acknowledged = events.map(\.id)
      #expect(try await store.apply(acknowledging).removedEvents == 3)
      #expect(try await store.counts().events == 0)
      // Removed events are not counted twice.
      #expect(try await store.apply(acknowledging).removedEvents == 0)
      #expect(try await store.counts().events == 0)
      var more = SyncChanges()
      more.events = [Self.change(Self.alice, "four")]
      let next = try #require(try await store.apply(more).events.first)
      #expect(next.id > events[2].id)
    }
  }

  @Test("events of one repository can be read by range", arguments: SyncBackend.allCases)
  func eventsOfARepositoryAreFound(_ backend: SyncBackend) async throws {
    try await backend.withStore { store in
      var changes = Self.tracked(Self.alice, Self.bob)
      for key in ["one", "two", "three"] {
        changes.events += [Self.change(Self.alice, key), Self.change(Self.bob, key)]
      }
      let events = try await store.apply(changes).events
      let ids = events.map(\.id)
      func found(_ did: DID, _ after: Int, _ last: Int, _ limit: Int = 10) async throws -> [Int] {
        try await store.events(of: did, after: after, through: last, limit: limit).map(\.id)
      }
      #expect(try await found(Self.alice, 0, ids[5]) == [ids[0], ids[2], ids[4]])
      #expect(try await found(Self.bob, ids[1], ids[4]) == [ids[3]])
      #expect(try await found(Self.bob, 0, ids[5], 2) == [ids[1], ids[3]])
      #expect(try await found(Sample.did("stranger"), 0, ids[5]) == [])
    }
  }

  @Test("totals are updated with each change", arguments: SyncBackend.allCases)
  func totalsAreExact(_ backend: SyncBackend) async throws {
    try await backend.withStore { store in
      var changes = Self.tracked(Self.alice, Self.bob, Self.alice)
      for cid in ["a", "b"] {
        for did in [Self.alice, Self.bob, Sample.did("stranger")] {
          changes.records.append(.init(did: did, path: "a/1", cid: Sample.cid(cid)))
          changes.records.append(.init(did: did, path: "a/\(cid)", cid: Sample.cid(cid)))
        }
      }
      changes.records.append(.init(did: Self.bob, path: "a/none", cid: nil))
      _ = try await store.apply(changes)
      #expect(try await store.counts() == SyncCounts(repositories: 2, records: 6))
      var clearing = SyncChanges()
      clearing.cleared = [Self.bob]
      clearing.records = [
        .init(did: Self.bob, path: "a/2", cid: Sample.cid("c")),
        .init(did: Self.alice, path: "a/1", cid: nil),
      ]
      _ = try await store.apply(clearing)
      #expect(try await store.counts() == SyncCounts(repositories: 2, records: 3))
    }
  }

  @Test("removing a repository removes its records and events", arguments: SyncBackend.allCases)
  func repositoriesAreRemoved(_ backend: SyncBackend) async throws {
    try await backend.withStore { store in
      var changes = Self.tracked(Self.alice, Self.bob)
      for did in [Self.alice, Self.bob] {
        changes.records.append(.init(did: did, path: "a/1", cid: Sample.cid("a")))
        changes.events.append(Self.change(did, "one"))
      }
      _ = try await store.apply(changes)
      var removing = SyncChanges()
      removing.removed = [Self.alice]
      #expect(try await store.apply(removing).removedEvents == 1)
      #expect(try await store.counts() == SyncCounts(repositories: 1, records: 1, events: 1))
      #expect(try await store.repository(Self.alice) == nil)
      _ = try await store.apply(Self.tracked(Self.alice))
      #expect(try await store.records(of: Self.alice, after: nil, limit: 10).isEmpty)
    }
  }

  @Test("positions are kept by relay", arguments: SyncBackend.allCases)
  func cursorsAreStored(_ backend: SyncBackend) async throws {
    try await backend.withStore { store in
      #expect(try await store.cursor(of: "https://one.test") == nil)
      var changes = SyncChanges()
      changes.cursors = ["https://one.test": 5, "https://two.test": 6]
      _ = try await store.apply(changes)
      changes.cursors = ["https://one.test": 7]
      _ = try await store.apply(changes)
      #expect(try await store.cursor(of: "https://one.test") == 7)
      #expect(try await store.cursor(of: "https://two.test") == 6)
    }
  }

  @Test func dataOutlivesTheStore() async throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/sync.sqlite"
    var changes = Self.tracked(Self.alice)
    changes.events = [Self.change(Self.alice, "one")]
    let first = try SQLiteSyncStore(path: path)
    let events = try await first.apply(changes).events
    try first.close()
    let second = try SQLiteSyncStore(path: path)
    #expect(try await second.events(after: 0, limit: 10) == events)
    try second.close()
  }
}
