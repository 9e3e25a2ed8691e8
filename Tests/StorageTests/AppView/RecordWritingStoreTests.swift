import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import AppView
import LexiconIndex
import SQLiteStorage
import ServiceKit
import TestSupport
import Testing
import VerifiedSync

@Suite struct RecordWritingStoreTests {
  @Test("an update keeps the time, and the same record stays", arguments: AppViewBackend.allCases)
  func updateKeepsTime(_ backend: AppViewBackend) async throws {
    try await backend.withStore { store async throws in
      try await store.prepare("a")
      let note = Note(key: "1", createdAt: 5_000, indexedAt: 10, count: 1)
      try await store.put(note)
      var again = note
      again.indexedAt = 20
      try await store.put(again)
      var update = again
      update.version = 1
      update.createdAt = 7
      update.count = 2
      let stored = try await store.snapshot { try $0.records.record(note.address) }
      #expect(
        stored
          == IndexedRecord(
            address: note.address,
            cid: note.cid,
            bytes: note.bytes,
            indexedAt: 10,
            sortAt: 10
          )
      )
      try await store.put(update)
      let updated = try await store.snapshot { try $0.records.record(note.address) }
      #expect(updated?.cid == update.cid)
      #expect(updated?.indexedAt == 10)
      #expect(updated?.sortAt == 7)
      let old = RecordQuery.notes((field: Note.Field.count, test: .equal(.integer(1))))
      #expect(try await store.keys(old).isEmpty)
      let new = RecordQuery.notes((field: Note.Field.count, test: .equal(.integer(2))))
      #expect(try await store.keys(new) == ["a/1"])
    }
  }

  @Test("any number of records have the same time", arguments: [0, 999] as [Int64])
  func recordsWithTheSameTimeFindPlaces(_ microsecond: Int64) async throws {
    try await AppViewBackend.sqlite.withStore { store async throws in
      try await store.prepare("a")
      // Both ends of the millisecond are taken, and then some.
      var times = [Int64](repeating: 5_000, count: 2_048)
      times += [Int64](repeating: 5_999, count: 2_048)
      times += [Int64](repeating: 5_000 + microsecond, count: 100)
      times += [4_999, 6_000]
      let notes = times.enumerated().map { index, time in
        Note(key: "k\(index)", createdAt: time, indexedAt: 1_000_000)
      }
      try await store.put(notes)
      let query = RecordQuery(collection: Note.collection, limit: 5_000)
      let page = try await store.snapshot { try $0.records.query(query) }
      #expect(page.elements.count == notes.count)
      let found = page.elements.map(\.sortAt)
      #expect(found == found.sorted(by: >))
      #expect(found.first == 6_000 && found.last == 4_999)
    }
  }

  @Test("times of all ages are in order", arguments: AppViewBackend.allCases)
  func extremeTimesAreInOrder(_ backend: AppViewBackend) async throws {
    try await backend.withStore { store async throws in
      try await store.prepare("a")
      let times: [Int64] = [
        .min, -62_135_596_800_000_000, -1_001, -1_000, -999, -1, 0, 1, 999, 1_000,
        1_790_000_000_000_000, 253_402_300_799_999_999, .max,
      ]
      try await store.put(
        times.enumerated().map { index, time in
          Note(key: "k\(index)", createdAt: time, indexedAt: .max)
        }
      )
      for size in [1, 5, 50] {
        #expect(
          try await store.keys(.notes(), pageSize: size)
            == times.indices.reversed().map { "a/k\($0)" }
        )
      }
    }
  }

  @Test("a transaction that fails changes nothing", arguments: AppViewBackend.allCases)
  func failedTransactionChangesNothing(_ backend: AppViewBackend) async throws {
    try await backend.withStore { store async throws in
      try await store.prepare("a")
      let note = Note(key: "1", text: "word", links: [Note.link("did:web:x")])
      await #expect(throws: Refused.self) {
        try await store.write { transaction in
          try transaction.put(note)
          try transaction.syncWriting.setNote("name", "text")
          throw Refused()
        }
      }
      #expect(try await store.keys(.notes()).isEmpty)
      #expect(try await store.snapshot { try $0.sync.note("name") } == nil)
      try await store.put(note)
      #expect(try await store.keys(.notes()) == ["a/1"])
    }
  }

  @Test("records of unknown accounts are left out", arguments: AppViewBackend.allCases)
  func unknownAccountsAreLeftOut(_ backend: AppViewBackend) async throws {
    try await backend.withStore { store async throws in
      try await store.prepare("a")
      try await store.put(Note(account: "b", key: "1"))
      #expect(try await store.keys(.notes()).isEmpty)
      #expect(try await store.snapshot { try $0.records.collectionCounts() }.isEmpty)
    }
  }

  @Test("invalid records are listed, and found by no query", arguments: AppViewBackend.allCases)
  func invalidRecordsAreListed(_ backend: AppViewBackend) async throws {
    try await backend.withStore { store async throws in
      try await store.prepare("a")
      try await store.put(Note(key: "1", isValid: false), Note(key: "2"), Note(key: "3"))
      #expect(try await store.keys(.notes()) == ["a/3", "a/2"])
      #expect(try await store.snapshot { try $0.records.count(.notes()) }.records == 2)
      let (first, rest, reversed, counts) = try await store.snapshot { snapshot in
        let records = snapshot.records
        let did = Sample.did("a")
        let first = try records.list(
          Note.collection,
          of: did,
          after: nil,
          isReversed: false,
          limit: 2
        )
        return (
          first,
          try records.list(
            Note.collection,
            of: did,
            after: first.next,
            isReversed: false,
            limit: 2
          ),
          try records.list(Note.collection, of: did, after: nil, isReversed: true, limit: 9),
          try records.collectionCounts()
        )
      }
      #expect(first.elements.map(\.name) == ["a/3", "a/2"])
      #expect(rest.elements.map(\.name) == ["a/1"])
      #expect(rest.elements.map(\.isValid) == [false])
      #expect(rest.next == nil)
      #expect(reversed.elements.map(\.name) == ["a/1", "a/2", "a/3"])
      #expect(counts.map(\.records) == [3])
      #expect(counts.map(\.invalid) == [1])
    }
  }

  @Test("an account's records are deleted in batches", arguments: AppViewBackend.allCases)
  func accountIsDeletedInBatches(_ backend: AppViewBackend) async throws {
    try await backend.withStore { store async throws in
      try await store.prepare("a", "b")
      let link = Note.link("did:web:x")
      try await store.put(
        (0..<10).map { Note(account: "a", key: "\($0)", text: "word", links: [link]) }
          + [
            Note(account: "a", collection: Note.other, key: "1"),
            Note(account: "b", key: "1", text: "word", links: [link]),
          ]
      )
      let did = Sample.did("a")
      #expect(
        try await store.snapshot { try $0.accounts.collections(of: did) }
          == [Note.collection, Note.other]
      )
      var batches = 1
      while try await store.write({ try $0.recordWriting.deleteAll(of: did, limit: 4) }) {
        batches += 1
      }
      #expect(batches == 3)
      #expect(try await store.keys(.notes()) == ["b/1"])
      #expect(try await store.snapshot { try $0.sync.recordCount(of: did) } == 0)
      #expect(try await store.snapshot { try $0.accounts.collections(of: did) }.isEmpty)
      let count = try await store.snapshot { snapshot in
        try snapshot.links.count(
          "did:web:x",
          LinkSource(Note.collection, "subject"),
          repos: nil
        )
      }
      #expect(count == LinkCount(records: 1, accounts: 1))
    }
  }

  @Test("a new plan is filled by indexing again", arguments: AppViewBackend.allCases)
  func newPlanIsFilled(_ backend: AppViewBackend) async throws {
    try await backend.withStore { store async throws in
      try await store.prepare("a", "b")
      let notes = (0..<7).map { number in
        Note(
          account: number % 2 == 0 ? "a" : "b",
          key: "\(number)",
          text: "old",
          count: 1,
          links: [Note.link("did:web:x")]
        )
      }
      try await store.put(notes)
      try await store.takeDown(notes[0].address.uri)
      let plan = CollectionPlan(
        collection: Note.collection,
        fields: Note.plan.fields,
        fingerprint: "2"
      )
      try await store.write { transaction in
        try transaction.recordWriting.prepare(Note.plan, for: Note.collection)
        try transaction.recordWriting.prepare(plan, for: Note.collection)
      }
      let old = RecordQuery.notes((field: Note.Field.count, test: .equal(.integer(1))))
      #expect(try await store.keys(old).isEmpty)
      #expect(try await store.keys(.notes()).count == 6)
      let entries = Note(key: "1", text: "new", count: 2, links: notes[0].links).entries
      var uris: [String] = []
      while true {
        let last = try await store.write { [uris] transaction in
          try transaction.recordWriting.reindex(
            Note.collection,
            after: uris.last,
            limit: 3
          ) { _ in entries }
        }
        guard let last else { break }
        uris.append(last)
      }
      let sorted = notes.map(\.address.uri).sorted()
      #expect(uris == [sorted[2], sorted[5]])
      #expect(try await store.keys(old).isEmpty)
      let new = RecordQuery.notes((field: Note.Field.count, test: .equal(.integer(2))))
      #expect(try await store.keys(new).count == 6)
      var search = RecordQuery.notes()
      search.search = SearchExpression(required: [["old"]])
      #expect(try await store.keys(search).isEmpty)
      search.search = SearchExpression(required: [["new"]])
      #expect(try await store.keys(search).count == 6)
      let source = LinkSource(Note.collection, "subject")
      #expect(
        try await store.snapshot { try $0.links.count("did:web:x", source, repos: nil) }
          == LinkCount(records: 6, accounts: 2)
      )
      let fingerprints = try await store.write { transaction in
        let before = try transaction.recordWriting.fingerprints()
        try transaction.recordWriting.prepare(nil, for: Note.collection)
        return (before, try transaction.recordWriting.fingerprints())
      }
      #expect(fingerprints.0 == [Note.collection: "2"])
      #expect(fingerprints.1.isEmpty)
      #expect(try await store.keys(new).isEmpty)
      #expect(try await store.keys(.notes()).count == 6)
    }
  }

  @Test("repositories, notes, and cursors are stored", arguments: AppViewBackend.allCases)
  func repositoriesAreStored(_ backend: AppViewBackend) async throws {
    try await backend.withStore { store async throws in
      try await store.prepare("a", "b", "c")
      var repository = TrackedRepository(
        did: Sample.did("a"),
        phase: .active,
        handle: "Alice.Test",
        identity: SyncIdentity(signingKey: Sample.key, pds: "https://pds.test", checkedAt: 7)
      )
      repository.head = .init(
        rev: Sample.tid(1),
        data: CID(codec: .dagCBOR, sha256Digest: Sample.cid("data").digest)
      )
      let later = TrackedRepository(did: Sample.did("b"), nextAttemptAt: 50)
      var changes = SyncChanges()
      changes.repositories = [repository, later, TrackedRepository(did: Sample.did("d"))]
      changes.cursors = ["relay": 5]
      try await store.write { [changes] transaction in
        try transaction.syncWriting.apply(changes)
        try transaction.syncWriting.setNote("name", "text")
      }
      try await store.put(Note(account: "a", key: "2"), Note(account: "a", key: "1"))
      try await store.put(Note(account: "a", collection: "com.example.note.sub", key: "1"))
      let (stored, did) = (repository, repository.did)
      try await store.snapshot { snapshot throws in
        let sync = snapshot.sync
        #expect(try sync.repository(did) == stored)
        #expect(try sync.repository(Sample.did("d")) == nil)
        #expect(
          try sync.repositories(after: Sample.did("a"), limit: 5).map(\.did)
            == [Sample.did("b"), Sample.did("c")]
        )
        #expect(try sync.repositoriesToFetch(at: 49, limit: 5).map(\.did) == [Sample.did("c")])
        #expect(
          try sync.repositoriesToFetch(at: 50, limit: 5).map(\.did)
            == [Sample.did("c"), Sample.did("b")]
        )
        #expect(try sync.phases() == [.active: 1, .pending: 2])
        #expect(try sync.cursor(of: "relay") == 5)
        #expect(try sync.cursor(of: "other") == nil)
        #expect(try sync.note("name") == "text")
        // "." is before "/".
        let paths = [
          "com.example.note.sub/1", "com.example.note/1", "com.example.note/2",
        ]
        #expect(try sync.records(of: did, after: nil, limit: 9).map(\.path) == paths)
        #expect(try sync.records(of: did, after: paths[0], limit: 1).map(\.path) == [paths[1]])
        #expect(try sync.records(of: did, after: paths[1], limit: 5).map(\.path) == [paths[2]])
        let accounts = snapshot.accounts
        #expect(try accounts.account(handle: Handle("alice.TEST"))?.did == did)
        #expect(try accounts.account(did)?.pds == "https://pds.test")
        func found(_ prefix: String, after handle: String? = nil) throws -> [DID] {
          try accounts.accounts(handlePrefix: prefix, after: handle, limit: 5).map(\.did)
        }
        #expect(try found("ALI") == [did])
        #expect(try found("ali", after: "ali") == [did])
        #expect(try found("ali", after: "aliz") == [])
        #expect(try found("b") == [])
      }
      var removed = SyncChanges()
      removed.removed = [did]
      removed.cleared = [Sample.did("b")]
      try await store.write { [removed] in try $0.syncWriting.apply(removed) }
      #expect(try await store.snapshot { try $0.accounts.account(did) } == nil)
      #expect(try await store.keys(.notes()).isEmpty)
      #expect(try await store.snapshot { try $0.sync.phases()[.active] ?? 0 } == 0)
    }
  }

  @Test("a handle that has moved leads to its new account", arguments: AppViewBackend.allCases)
  func movedHandleLeadsToItsNewAccount(_ backend: AppViewBackend) async throws {
    try await backend.withStore { store async throws in
      try await store.prepare("a", "b")
      var changes = SyncChanges()
      // The old account has not been looked up again.
      changes.repositories = [("a", 7), ("b", 8)].map { account, checkedAt in
        TrackedRepository(
          did: Sample.did(account),
          phase: .active,
          handle: "alice.test",
          identity: SyncIdentity(
            signingKey: Sample.key,
            pds: "https://pds.test",
            checkedAt: checkedAt
          )
        )
      }
      try await store.write { [changes] in try $0.syncWriting.apply(changes) }
      let found = try await store.snapshot { try $0.accounts.account(handle: "alice.test")?.did }
      #expect(found == Sample.did("b"))
    }
  }

  @Test func indexSurvivesARestart() async throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/index.sqlite"
    let first = try SQLiteAppViewStore(path: path)
    try await first.prepare("a")
    try await first.put(Note(key: "1", text: "word"))
    #expect(throws: ServiceError(.storage, "")) { try SQLiteAppViewStore(path: path) }
    try first.close()
    let second = try SQLiteAppViewStore(path: path)
    var query = RecordQuery.notes()
    query.search = SearchExpression(required: [["word"]])
    #expect(try await second.keys(query) == ["a/1"])
    try second.close()
  }
}
