import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import PDS
import Testing

@Suite struct RepositoryStoreTests {
  private static let alice = Sample.did("alice")

  @Test(
    "heads are replaced, and pages of repositories are ordered by DID, with their status",
    arguments: StoreBackend.allCases
  )
  func headsAreStored(_ backend: StoreBackend) async throws {
    try await backend.withStore { store in
      try await store.insertAccounts("carol", "alice", "bob", "dora")
      try await store.write { transaction throws in
        let repositories = transaction.repositories
        for name in ["carol", "alice", "bob"] {
          for rev in 1...2 as ClosedRange<UInt64> {
            try repositories.setHead(
              RepositoryHead(
                did: Sample.did(name),
                head: Sample.cid("\(name)\(rev)"),
                rev: Sample.tid(rev)
              )
            )
          }
        }
        try transaction.accounts.set(.suspended, true, of: Sample.did("bob"))
        let head = try repositories.head(of: Self.alice)
        #expect(head?.head == Sample.cid("alice2") && head?.rev == Sample.tid(2))
        #expect(try repositories.head(of: Sample.did("dora")) == nil)
        func page(_ cursor: String?, _ limit: Int) throws -> [HostedRepository] {
          try repositories.page(after: cursor, limit: limit)
        }
        let all = try page(nil, 10)
        #expect(all.map(\.head.did) == ["alice", "bob", "carol"].map(Sample.did))
        #expect(all.map(\.status) == [.active, .suspended, .active])
        #expect(try page(nil, 2) == Array(all[..<2]))
        #expect(try page(all[1].head.did.string, 2) == [all[2]])
        #expect(try page(all[2].head.did.string, 2) == [])
      }
    }
  }

  @Test(
    "a list of repositories with a collection includes only active ones, ordered by DID",
    arguments: StoreBackend.allCases
  )
  func repositoriesWithCollection(_ backend: StoreBackend) async throws {
    try await backend.withStore { store in
      try await store.insertAccounts("carol", "alice", "bob", "dora")
      try await store.write { transaction throws in
        let repositories = transaction.repositories
        for name in ["carol", "alice", "bob"] {
          try repositories.records(of: Sample.did(name)).set(Sample.path("a"), Sample.cid("a"))
        }
        try repositories.records(of: Sample.did("dora"))
          .set(Sample.path("a", in: "com.example.other"), Sample.cid("a"))
        try transaction.accounts.set(.deactivated, true, of: Sample.did("bob"))
        func page(_ cursor: String?, _ limit: Int) throws -> [DID] {
          try repositories.page(with: "com.example.note", after: cursor, limit: limit)
        }
        #expect(try page(nil, 10) == [Self.alice, Sample.did("carol")])
        #expect(try page(nil, 1) == [Self.alice])
        #expect(try page(Self.alice.string, 1) == [Sample.did("carol")])
        #expect(try page(Sample.did("carol").string, 1) == [])
      }
    }
  }

  @Test(
    "blocks are inserted once, and read with the latest rev first",
    arguments: StoreBackend.allCases
  )
  func blocksAreStored(_ backend: StoreBackend) async throws {
    try await backend.withStore { store in
      try await store.insertAccounts("alice", "bob")
      try await store.write { transaction throws in
        let blocks = transaction.repositories.blocks(of: Self.alice)
        let others = transaction.repositories.blocks(of: Sample.did("bob"))
        for (name, rev) in [("a", 1), ("b", 3), ("c", 2)] as [(String, UInt64)] {
          try blocks.insert(Sample.cid(name), Array(name.utf8), rev: Sample.tid(rev))
        }
        // Does nothing, and does not change the rev.
        try blocks.insert(Sample.cid("a"), [9], rev: Sample.tid(9))
        try others.insert(Sample.cid("a"), [7], rev: Sample.tid(1))
        #expect(try blocks.block(Sample.cid("a")) == Array("a".utf8))
        #expect(try blocks.block(Sample.cid("d")) == nil)
        #expect(try blocks.contains(Sample.cid("b")) && !blocks.contains(Sample.cid("d")))
        #expect(try blocks.count() == 3)
        func read(since: TID?) throws -> String {
          var found: [UInt8] = []
          try blocks.forEach(since: since) { cid, block in
            let bytes = block.withUnsafeBytes { [UInt8]($0) }
            let name = cid.withUnsafeBytes { [UInt8]($0) }
            #expect(name == CID(hashingRaw: bytes).bytes)
            found += bytes
          }
          return String(decoding: found, as: UTF8.self)
        }
        #expect(try read(since: nil) == "bca")
        #expect(try read(since: Sample.tid(1)) == "bc")
        #expect(try read(since: Sample.tid(3)) == "")
        #expect(throws: Refused.self) {
          try blocks.forEach(since: nil) { _, _ in throw Refused() }
        }
        try blocks.remove([Sample.cid("a"), Sample.cid("missing")])
        #expect(try read(since: nil) == "bc")
        try blocks.removeAll()
        #expect(try blocks.count() == 0 && others.block(Sample.cid("a")) == [7])
      }
    }
  }

  @Test("records are set, replaced and removed by path", arguments: StoreBackend.allCases)
  func recordsAreSet(_ backend: StoreBackend) async throws {
    try await backend.withStore { store in
      try await store.insertAccounts("alice")
      try await store.write { transaction throws in
        let records = transaction.repositories.records(of: Self.alice)
        let blocks = transaction.repositories.blocks(of: Self.alice)
        try blocks.insert(Sample.cid("1"), Array("1".utf8), rev: Sample.tid(1))
        try records.set(Sample.path("a"), Sample.cid("0"))
        try records.set(Sample.path("a"), Sample.cid("1"))
        try records.set(Sample.path("a", in: "com.example.alpha"), Sample.cid("1"))
        let entry = try #require(try records.entry(Sample.path("a")))
        #expect(entry.cid == Sample.cid("1") && entry.block == Array("1".utf8))
        #expect(entry.recordKey == Sample.path("a").recordKey)
        #expect(try records.cid(Sample.path("a")) == Sample.cid("1"))
        #expect(try records.contains(Sample.cid("1")) && !records.contains(Sample.cid("0")))
        #expect(try records.entry(Sample.path("b")) == nil && records.cid(Sample.path("b")) == nil)
        #expect(try records.collections() == ["com.example.alpha", "com.example.note"])
        #expect(try records.count() == 2)
        try records.set(Sample.path("a"), nil)
        try records.set(Sample.path("missing"), nil)
        #expect(try records.count() == 1 && records.contains(Sample.cid("1")))
        try records.removeAll()
        #expect(try records.count() == 0 && records.collections().isEmpty)
      }
    }
  }

  @Test(
    "a page of records ends at its limit, and its cursor continues in both orders",
    arguments: StoreBackend.allCases,
    [true, false]
  )
  func recordPagesContinue(_ backend: StoreBackend, _ isAscending: Bool) async throws {
    try await backend.withStore { store in
      try await store.insertAccounts("alice")
      let keys = (10..<20).map { "k\($0)" }
      try await store.write { transaction throws in
        let blocks = transaction.repositories.blocks(of: Self.alice)
        let records = transaction.repositories.records(of: Self.alice)
        for key in keys.shuffled() {
          let bytes = Array(key.utf8) + [UInt8](repeating: 0, count: 97)
          let cid = CID(hashingRaw: bytes)
          try blocks.insert(cid, bytes, rev: Sample.tid(1))
          try records.set(Sample.path(key), cid)
          try records.set(Sample.path(key, in: "com.example.other"), cid)
        }
      }
      let expected = isAscending ? keys : keys.reversed()
      for (limit, maximumBytes) in [(3, 10_000), (5, 10_000), (10, 10_000), (100, 150), (100, 100)]
      {
        let found = try await store.read { transaction throws in
          var found: [String] = []
          var cursor: String?
          repeat {
            let page = try transaction.repositories.records(of: Self.alice).page(
              of: "com.example.note",
              after: cursor,
              limit: limit,
              maximumBytes: maximumBytes,
              isAscending: isAscending
            )
            #expect(page.entries.count <= min(limit, (maximumBytes + 99) / 100))
            found += page.entries.map(\.recordKey.string)
            cursor = page.next
          } while cursor != nil
          return found
        }
        #expect(found == expected, "\(limit) records, \(maximumBytes) bytes")
      }
    }
  }

  @Test("deleting a repository does not affect others", arguments: StoreBackend.allCases)
  func deletionLeavesOthers(_ backend: StoreBackend) async throws {
    try await backend.withStore { store in
      try await store.insertAccounts("alice", "bob")
      let bob = Sample.did("bob")
      try await store.write { transaction throws in
        let repositories = transaction.repositories
        for did in [Self.alice, bob] {
          try repositories.setHead(
            RepositoryHead(did: did, head: Sample.cid("a"), rev: Sample.tid(1))
          )
          try repositories.blocks(of: did).insert(Sample.cid("a"), [1], rev: Sample.tid(1))
          try repositories.records(of: did).set(Sample.path("a"), Sample.cid("a"))
        }
        try repositories.delete(Self.alice)
        for (did, count) in [(Self.alice, 0), (bob, 1)] {
          #expect(try (repositories.head(of: did) == nil) == (count == 0))
          #expect(try repositories.blocks(of: did).count() == count)
          #expect(try repositories.records(of: did).count() == count)
        }
      }
    }
  }
}
