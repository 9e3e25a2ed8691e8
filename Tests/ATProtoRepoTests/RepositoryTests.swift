import ATProtoCrypto
import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import Testing

@Suite struct RepositoryTests {
  static func create(
    _ count: Int,
    in store: inout MemoryBlockStore
  ) throws -> Repository {
    let writes = (0..<count).map {
      RecordWrite.create(Fixture.path($0), record: Fixture.record($0))
    }
    let (repository, result) = try Repository.create(
      Fixture.did,
      writes: writes,
      rev: Fixture.tid(0),
      key: Fixture.key,
      limits: .unlimited,
      store: store
    )
    #expect(result.since == nil && result.prevData == nil)
    store.apply(result.changes)
    return try Repository(head: repository.commit.cid, store: store)
  }

  @Test("an empty repository has a commit")
  func emptyRepository() throws {
    var store = MemoryBlockStore()
    let repository = try Self.create(0, in: &store)
    #expect(
      repository.commit.data.string
        == "bafyreie5737gdxlw5i64vzichcalba3z2v5n6icifvx5xytvske7mr3hpm"
    )
    #expect(store.count == 2)
    #expect(try repository.tree.entries().isEmpty)
    var roots: [CID] = []
    var export = repository.exportCAR()
    let copy = try MemoryBlockStore(car: export.rest(), roots: &roots)
    #expect(copy.count == 2)
    #expect(roots == [repository.commit.cid])
  }

  /// Compares random transactions with a dictionary: the store contains what it must, and the slice
  /// of every commit leads back from the new tree to the old one.
  @Test("random commits produce the content of a dictionary", arguments: 0..<4)
  func followsADictionary(seed: Int) throws {
    var random = Random(state: UInt64(100 + seed))
    var store = MemoryBlockStore()
    var repository = try Self.create(40, in: &store)
    var model = Dictionary(uniqueKeysWithValues: (0..<40).map { (Fixture.path($0), $0) })
    for step in 1...40 {
      var writes: [RecordWrite] = []
      var touched: Set<RepoPath> = []
      for _ in 0..<Int(random.next() % 6) {
        let path = Fixture.path(Int(random.next() % 80))
        guard touched.insert(path).inserted else { continue }
        let number = 1000 * step + writes.count
        switch (model[path], random.next() % 2) {
        case (nil, _):
          writes.append(.create(path, record: Fixture.record(number)))
          model[path] = number
        case (_, 0):
          writes.append(.update(path, record: Fixture.record(number)))
          model[path] = number
        default:
          writes.append(.delete(path))
          model[path] = nil
        }
      }
      let before = repository.commit
      let result = try repository.apply(
        writes,
        rev: Fixture.tid(UInt64(step)),
        key: Fixture.key
      )
      #expect(result.commit == repository.commit)
      #expect(result.since == before.rev)
      #expect(result.prevData == before.data)
      try result.commit.verify(Fixture.key.publicKey)
      #expect(result.operations.map(\.path) == writes.map(\.path))
      store.apply(result.changes)
      store.apply(BlockChanges(removed: result.replacedRecords))
      try Self.check(result, leadsBackTo: before.data)

      // Commit, nodes, and records, and nothing else.
      repository = try Repository(head: repository.commit.cid, store: store)
      var export = repository.exportCAR()
      var roots: [CID] = []
      let exported = try MemoryBlockStore(car: export.rest(), roots: &roots)
      #expect(exported.count == store.count)
      let entries = try repository.tree.entries()
      #expect(entries.count == model.count)
      for (path, number) in model {
        let cid = CID(hashingDAGCBOR: Fixture.record(number))
        #expect(try repository.record(path) == cid)
        #expect(store.block(cid) == Fixture.record(number))
      }
    }
  }

  /// Reads the slice like a consumer, and inverts its operations.
  static func check(_ result: CommitResult, leadsBackTo data: CID) throws {
    var roots: [CID] = []
    let slice = try MemoryBlockStore(car: result.carSlice(), roots: &roots)
    #expect(roots == [result.commit.cid])
    let commit = try Commit(block: #require(slice.block(roots[0])), cid: roots[0])
    for order in [result.operations, result.operations.reversed()] {
      var tree = MerkleSearchTree(root: commit.data, store: slice)
      for operation in order {
        let key = try MSTKey(operation.path.string)
        #expect(try tree.value(key) == operation.cid)
        if let cid = operation.cid { #expect(slice.block(cid) != nil) }
        if let prev = operation.prev {
          try tree.put(key, prev)
        } else {
          try tree.remove(key)
        }
      }
      #expect(tree.root == data)
    }
  }

  @Test(
    "a failed transaction changes nothing",
    arguments: [
      .init(.recordExists, [.create(Fixture.path(1), record: Fixture.record(9))]),
      .init(.recordMissing, [.update(Fixture.path(99), record: Fixture.record(9))]),
      .init(.recordMissing, [.delete(Fixture.path(99))]),
      .init(.repeatedPath, [.delete(Fixture.path(1)), .create(Fixture.path(1), record: [0xa0])]),
      .init(.tooLarge, [.create(Fixture.path(99), record: Fixture.bytes(1_000_001))]),
      .init(
        .tooLarge,
        (100..<103).map { .create(Fixture.path($0), record: Fixture.bytes(900_000 + $0)) }
      ),
      .init(.tooLarge, (100..<301).map { .create(Fixture.path($0), record: Fixture.record($0)) }),
    ] as [RefusedTransaction]
  )
  func failedTransactionChangesNothing(transaction: RefusedTransaction) throws {
    let (code, writes) = (transaction.code, transaction.writes)
    var store = MemoryBlockStore()
    var repository = try Self.create(10, in: &store)
    let before = repository.commit
    let good = RecordWrite.create(Fixture.path(50), record: Fixture.record(50))
    #expect(throws: RepoError(code, "")) {
      try repository.apply([good] + writes, rev: Fixture.tid(1), key: Fixture.key)
    }
    #expect(repository.commit == before)
    #expect(try repository.record(Fixture.path(50)) == nil)
    let result = try repository.apply([good], rev: Fixture.tid(1), key: Fixture.key)
    try Self.check(result, leadsBackTo: before.data)
  }

  @Test("a rev that does not increase is rejected")
  func revIncreases() throws {
    var store = MemoryBlockStore()
    var repository = try Self.create(3, in: &store)
    #expect(throws: RepoError(.revNotNewer, "")) {
      try repository.apply([], rev: Fixture.tid(0), key: Fixture.key)
    }
    // A new key needs a commit, and nothing else.
    let rotated = PrivateKey(generating: .p256)
    let result = try repository.apply([], rev: Fixture.tid(1), key: rotated)
    try result.commit.verify(rotated.publicKey)
    #expect(result.commit.data == result.prevData)
    #expect(result.changes.created.count == 1)
    #expect(result.slice.count == 2)
  }

  /// A record that moves, and one that is at two paths.
  @Test("a record that is also at another path is kept")
  func sharedRecordsAreKept() throws {
    var store = MemoryBlockStore()
    var repository = try Self.create(3, in: &store)
    let moved = try repository.apply(
      [.delete(Fixture.path(0)), .create(Fixture.path(7), record: Fixture.record(0))],
      rev: Fixture.tid(1),
      key: Fixture.key
    )
    #expect(moved.replacedRecords.isEmpty)
    #expect(moved.slice[CID(hashingDAGCBOR: Fixture.record(0))] != nil)
  }

  @Test("an export is in streamable order")
  func exportIsStreamable() throws {
    var store = MemoryBlockStore()
    let repository = try Self.create(300, in: &store)
    var export = repository.exportCAR()
    var file: [UInt8] = []
    while let chunk = try export.next(size: 1000) { file += chunk }
    #expect(try export.next() == nil)

    var reader = CARReader()
    reader.append(file)
    // What comes next according to the specification, from the preceding blocks alone.
    var expected: [CID] = [repository.commit.cid]
    while let section = try reader.next() {
      guard case .block(let cid, let bytes) = section else { continue }
      #expect(expected.popLast() == cid)
      let value = try DataValue(cbor: bytes)
      var links: [CID] = []
      if let data = value["data"]?.link {
        links = [data]
      } else if let entries = value["e"]?.array {
        links = [value["l"]?.link].compactMap(\.self)
        for entry in entries { links += [entry["v"]?.link, entry["t"]?.link].compactMap(\.self) }
      }
      expected += links.reversed()
    }
    try reader.finish()
    #expect(expected.isEmpty)
  }

  @Test("the export of an incomplete repository fails")
  func exportOfAnIncompleteRepositoryFails() throws {
    var store = MemoryBlockStore()
    let repository = try Self.create(20, in: &store)
    store.apply(BlockChanges(removed: [CID(hashingDAGCBOR: Fixture.record(7))]))
    var export = try Repository(head: repository.commit.cid, store: store).exportCAR()
    #expect(throws: RepoError(.missingBlock, "")) { try export.rest() }
    #expect(throws: RepoError(.missingBlock, "")) {
      try Repository(head: CID(hashingDAGCBOR: []), store: store)
    }
  }

  @Test("the proof of each record is valid")
  func proofsOfRecords() throws {
    var store = MemoryBlockStore()
    let repository = try Self.create(200, in: &store)
    for number in [0, 57, 199, 777] {
      var roots: [CID] = []
      let proof = try MemoryBlockStore(
        car: repository.carProof(of: Fixture.path(number)),
        roots: &roots
      )
      #expect(proof.count < 15)
      let partial = try Repository(head: roots[0], store: proof)
      try partial.commit.verify(Fixture.key.publicKey)
      let cid = try partial.record(Fixture.path(number))
      #expect((cid == nil) == (number == 777))
      if let cid { #expect(proof.block(cid) == Fixture.record(number)) }
    }
  }
}
