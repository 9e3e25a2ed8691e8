import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import PDS
import Testing

@Suite struct BlobIndexTests {
  private static let alice = Sample.did("alice")
  private static let bob = Sample.did("bob")

  /// CIDs of names, in the order of their text.
  private static func sorted(_ names: [String]) -> [CID] {
    names.map(Sample.cid).sorted { $0.string < $1.string }
  }

  @Test("inserting a blob again changes only its upload time", arguments: StoreBackend.allCases)
  func blobsAreInserted(_ backend: StoreBackend) async throws {
    try await backend.withStore { store in
      try await store.insertAccounts("alice", "bob")
      try await store.write { transaction throws in
        let blobs = transaction.blobs
        #expect(try blobs.isEmpty())
        try blobs.insert(Sample.blob("a", size: 3, at: 5), of: Self.alice)
        try blobs.setTakenDown(Sample.cid("a"), true, of: Self.alice)
        var again = Sample.blob("a", size: 9, at: 7)
        again.mimeType = "image/png"
        try blobs.insert(again, of: Self.alice)
        try blobs.insert(Sample.blob("b", size: 4), of: Self.alice)
        try blobs.insert(Sample.blob("a", size: 5), of: Self.bob)
        let found = try blobs.blob(Sample.cid("a"), of: Self.alice)
        #expect(
          found
            == BlobEntry(
              cid: Sample.cid("a"),
              mimeType: "text/plain",
              size: 3,
              uploadedAt: 7,
              isTakenDown: true
            )
        )
        #expect(try blobs.blob(Sample.cid("b"), of: Self.bob) == nil)
        #expect(try blobs.size(of: Self.alice) == 7 && blobs.size(of: Self.bob) == 5)
        #expect(try blobs.held(of: Self.alice) == Self.sorted(["a", "b"]))
        try blobs.setTakenDown(Sample.cid("a"), false, of: Self.alice)
        #expect(try blobs.blob(Sample.cid("a"), of: Self.alice)?.isTakenDown == false)
        try blobs.remove(Sample.cid("a"), of: Self.alice)
        #expect(try blobs.blob(Sample.cid("a"), of: Self.alice) == nil)
        // Another account still has it.
        #expect(try blobs.isHeld(Sample.cid("a")) && !blobs.isHeld(Sample.cid("c")))
        #expect(try !blobs.isEmpty())
      }
    }
  }

  @Test(
    "references belong to a record, whatever its paths, and keep the latest rev",
    arguments: StoreBackend.allCases
  )
  func referencesBelongToRecords(_ backend: StoreBackend) async throws {
    try await backend.withStore { store in
      try await store.insertAccounts("alice", "bob")
      try await store.write { transaction throws in
        let blobs = transaction.blobs
        func add(_ record: String, _ names: [String], _ rev: UInt64, _ did: DID = Self.alice) throws
        {
          try blobs.addReferences(
            names.map(Sample.cid),
            from: Sample.cid(record),
            rev: Sample.tid(rev),
            of: did
          )
        }
        func references(_ record: String) throws -> [CID] {
          try blobs.references(from: Sample.cid(record), of: Self.alice)
        }
        func newer(than rev: UInt64) throws -> [CID] {
          try blobs.page(of: Self.alice, since: Sample.tid(rev), after: nil, limit: 10).cids
        }
        try add("1", ["a", "b", "a"], 2)
        try add("2", ["b"], 1)
        try add("1", ["c"], 1, Self.bob)
        #expect(try references("1") == Self.sorted(["a", "b"]))
        #expect(try blobs.referenceCount(of: Self.alice) == 3)
        // The same record at another path: no more rows, and the rev does not go back.
        try add("1", ["a", "b"], 1)
        #expect(try blobs.referenceCount(of: Self.alice) == 3)
        #expect(try newer(than: 1) == Self.sorted(["a", "b"]))
        try add("1", ["a", "b"], 3)
        #expect(try newer(than: 2) == Self.sorted(["a", "b"]))
        try blobs.removeReferences(from: [Sample.cid("1"), Sample.cid("9")], of: Self.alice)
        #expect(try references("1").isEmpty)
        #expect(try !blobs.isReferred(Sample.cid("a"), of: Self.alice))
        #expect(try blobs.isReferred(Sample.cid("b"), of: Self.alice))
        #expect(try !blobs.isReferred(Sample.cid("b"), of: Self.bob))
        try blobs.removeReferences(of: Self.alice)
        #expect(try blobs.referenceCount(of: Self.alice) == 0)
        #expect(try blobs.referenceCount(of: Self.bob) == 1)
      }
    }
  }

  @Test(
    "pages of referenced and missing blobs are ordered by the text of their CIDs",
    arguments: StoreBackend.allCases
  )
  func pagesAreOrdered(_ backend: StoreBackend) async throws {
    try await backend.withStore { store in
      try await store.insertAccounts("alice", "bob")
      let names = (0..<6).map { "blob\($0)" }
      let cids = Self.sorted(names)
      try await store.write { transaction throws in
        let blobs = transaction.blobs
        let records = transaction.repositories.records(of: Self.alice)
        for (index, name) in names.enumerated() {
          let record = Sample.cid("record\(index)")
          for key in ["z\(index)", "k\(index)"] { try records.set(Sample.path(key), record) }
          try blobs.addReferences(
            [Sample.cid(name)],
            from: record,
            rev: Sample.tid(UInt64(index + 1)),
            of: Self.alice
          )
        }
        // A blob that is present, and one that only another account has.
        for name in names[..<3] { try blobs.insert(Sample.blob(name), of: Self.alice) }
        try blobs.insert(Sample.blob(names[3]), of: Self.bob)
        try blobs.insert(Sample.blob("unreferenced"), of: Self.alice)
      }
      try await store.read { transaction throws in
        let blobs = transaction.blobs
        func page(_ since: TID?, _ cursor: CID?, _ limit: Int) throws -> BlobPage {
          try blobs.page(of: Self.alice, since: since, after: cursor?.string, limit: limit)
        }
        #expect(try page(nil, nil, 10) == BlobPage(cids: cids))
        #expect(
          try page(nil, nil, 2) == BlobPage(cids: Array(cids[..<2]), next: cids[1].string)
        )
        #expect(
          try page(nil, cids[1], 3) == BlobPage(cids: Array(cids[2..<5]), next: cids[4].string)
        )
        #expect(try page(nil, cids[5], 3) == BlobPage())
        #expect(try page(Sample.tid(4), nil, 10).cids == Self.sorted(Array(names[4...])))
        let absent = Self.sorted(Array(names[3...]))
        let missing = try blobs.missing(of: Self.alice, after: nil, limit: 10)
        #expect(missing.map(\.cid) == absent)
        let paths = absent.map { cid in
          Sample.path("k\(names.firstIndex { Sample.cid($0) == cid }!)")
        }
        #expect(missing.map(\.path) == paths)
        #expect(try blobs.missing(of: Self.alice, after: nil, limit: 1).map(\.cid) == [absent[0]])
        #expect(
          try blobs.missing(of: Self.alice, after: absent[0].string, limit: 10).map(\.cid)
            == Array(absent[1...])
        )
        #expect(try blobs.counts(of: Self.alice) == BlobCounts(referred: 6, present: 3))
        #expect(try blobs.counts(of: Self.bob) == BlobCounts(referred: 0, present: 0))
      }
    }
  }

  @Test(
    "a page looks at a bounded number of blobs, and its cursor leads to all of them",
    arguments: StoreBackend.allCases
  )
  func pagesAreBounded(_ backend: StoreBackend) async throws {
    try await backend.withStore { store in
      try await store.insertAccounts("alice")
      let cids = Self.sorted((0..<BlobPage.maximumScan + 3).map { "blob\($0)" })
      try await store.write { transaction throws in
        try transaction.blobs.addReferences(
          cids,
          from: Sample.cid("old"),
          rev: Sample.tid(1),
          of: Self.alice
        )
        try transaction.blobs.addReferences(
          [cids[cids.count - 2]],
          from: Sample.cid("new"),
          rev: Sample.tid(3),
          of: Self.alice
        )
      }
      try await store.read { transaction throws in
        let blobs = transaction.blobs
        let first = try blobs.page(of: Self.alice, since: Sample.tid(2), after: nil, limit: 10)
        #expect(first == BlobPage(next: cids[BlobPage.maximumScan - 1].string))
        let second = try blobs.page(
          of: Self.alice,
          since: Sample.tid(2),
          after: first.next,
          limit: 10
        )
        #expect(second == BlobPage(cids: [cids[cids.count - 2]]))
      }
    }
  }

  @Test(
    "unreferenced blobs are found by age, for each account separately",
    arguments: StoreBackend.allCases
  )
  func unreferencedBlobsAreFound(_ backend: StoreBackend) async throws {
    try await backend.withStore { store in
      try await store.insertAccounts("alice", "bob")
      try await store.write { transaction throws in
        let blobs = transaction.blobs
        try blobs.insert(Sample.blob("kept", at: 1), of: Self.alice)
        try blobs.addReferences(
          [Sample.cid("kept")],
          from: Sample.cid("record"),
          rev: Sample.tid(1),
          of: Self.alice
        )
        // A reference from another account does not count.
        try blobs.insert(Sample.blob("kept", at: 1), of: Self.bob)
        try blobs.insert(Sample.blob("old", at: 1), of: Self.alice)
        try blobs.insert(Sample.blob("new", at: 2), of: Self.alice)
        #expect(
          try Set(blobs.unreferred(before: 2, limit: 10)) == [
            HeldBlob(did: Self.bob, cid: Sample.cid("kept")),
            HeldBlob(did: Self.alice, cid: Sample.cid("old")),
          ]
        )
        #expect(try blobs.unreferred(before: 2, limit: 1).count == 1)
        #expect(try blobs.unreferred(before: 1, limit: 10).isEmpty)
        #expect(try blobs.removeAll(of: Self.alice) == Self.sorted(["kept", "old", "new"]))
        #expect(try blobs.held(of: Self.alice).isEmpty)
        #expect(try blobs.referenceCount(of: Self.alice) == 0)
        #expect(try blobs.held(of: Self.bob) == [Sample.cid("kept")])
      }
    }
  }

  @Test(
    "a deletion begins unless an account has the blob, and finishes only with its own number",
    arguments: StoreBackend.allCases
  )
  func deletionsAreMarked(_ backend: StoreBackend) async throws {
    try await backend.withStore { store in
      try await store.insertAccounts("alice")
      try await store.write { transaction throws in
        let blobs = transaction.blobs
        let (held, gone, other) = (Sample.cid("held"), Sample.cid("gone"), Sample.cid("other"))
        try blobs.insert(Sample.blob("held"), of: Self.alice)
        #expect(try blobs.deletion(of: gone) == nil)
        func begin(_ cids: [CID], _ generation: Int, at seconds: Int, _ abandoned: Int = 0) throws
          -> [CID]
        {
          try blobs.beginDeletion(
            of: cids,
            as: generation,
            at: seconds,
            abandonedBefore: abandoned
          )
        }
        #expect(try begin([held, gone, other], 7, at: 10) == [gone, other])
        #expect(try blobs.deletion(of: held) == nil)
        #expect(try blobs.deletion(of: gone) == BlobDeletion(generation: 7, isFinished: false))
        #expect(try Set(blobs.unfinishedDeletions(before: 11, limit: 9)) == [gone, other])
        #expect(try blobs.unfinishedDeletions(before: 11, limit: 1).count == 1)
        #expect(try blobs.unfinishedDeletions(before: 10, limit: 9).isEmpty)
        // A deletion in progress is left alone.
        #expect(try begin([gone, other], 8, at: 20, 10).isEmpty)
        #expect(try blobs.deletion(of: other)?.generation == 7)
        // An abandoned deletion is taken over, and can no longer finish.
        #expect(try begin([other], 8, at: 20, 11) == [other])
        try blobs.finishDeletion(of: [gone, other], as: 7, at: 30)
        #expect(try blobs.deletion(of: gone) == BlobDeletion(generation: 7, isFinished: true))
        #expect(try blobs.deletion(of: other) == BlobDeletion(generation: 8, isFinished: false))
        #expect(try blobs.unfinishedDeletions(before: 99, limit: 9) == [other])
        // After a deletion has finished, a new one can begin.
        #expect(try begin([gone], 9, at: 30) == [gone])
        try blobs.finishDeletion(of: [gone], as: 9, at: 30)
        try blobs.forgetDeletions(before: 30)
        #expect(try blobs.deletion(of: gone) != nil)
        try blobs.forgetDeletions(before: 99)
        #expect(try blobs.deletion(of: gone) == nil)
        // Only finished deletions are forgotten.
        #expect(try blobs.deletion(of: other)?.generation == 8)
      }
    }
  }
}
