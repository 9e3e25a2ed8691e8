import ATProtoCrypto
import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import Testing

@Suite struct CollectionChangesTests {
  private static let collections: [NSID] = [
    "com.example.a", "com.example.aa", "com.example.b", "com.example.c.d", "org.example.e",
  ]

  private static func path(_ collection: Int, _ number: Int) -> RepoPath {
    RepoPath(collections[collection], try! RecordKey("k\(number)"))
  }

  /// Random commits against a model of all records.
  @Test("collections appear with their first record and vanish with their last", arguments: 0..<6)
  func followsAModel(seed: Int) throws {
    var random = Random(state: UInt64(4000 + seed))
    var records: Set<RepoPath> = []
    var (repository, result) = try Repository.create(
      Fixture.did,
      rev: Fixture.tid(0),
      key: Fixture.key,
      store: MemoryBlockStore()
    )
    var account = CommitVerifierTests.account(nil)
    var seen = CollectionChanges()
    for step in 0...60 {
      let before = Set(records.map(\.collection))
      if step > 0 {
        var writes: [RecordWrite] = []
        var paths: Set<RepoPath> = []
        for _ in 0...random.next() % 6 {
          // Small collections appear and vanish often; the last one grows.
          let collection = Int(random.next() % 5)
          let path = Self.path(collection, Int(random.next() % (collection == 4 ? 200 : 3)))
          guard paths.insert(path).inserted else { continue }
          let record = Fixture.record(Int(random.next() % 1000) + 1000 * step)
          switch (records.contains(path), random.next() % 3) {
          case (false, _):
            writes.append(.create(path, record: record))
            records.insert(path)
          case (true, 0): writes.append(.update(path, record: record))
          case (true, _):
            writes.append(.delete(path))
            records.remove(path)
          }
        }
        result = try repository.apply(
          writes,
          rev: Fixture.tid(UInt64(step)),
          key: Fixture.key
        )
      }
      let after = Set(records.map(\.collection))
      let verified = try CommitVerifierTests.verify(CommitVerifierTests.message(result), account)
      account.head = verified.head
      let changes = try verified.collectionChanges()
      #expect(
        changes
          == CollectionChanges(
            appeared: after.subtracting(before),
            vanished: before.subtracting(after)
          )
      )
      seen.appeared.formUnion(changes.appeared)
      seen.vanished.formUnion(changes.vanished)
    }
    #expect(seen.appeared.count == 5 && !seen.vanished.isEmpty)
  }

  @Test("the first commit makes all its collections appear")
  func firstCommitAppears() throws {
    let writes = (0..<5).flatMap { collection in
      (0..<3).map { RecordWrite.create(Self.path(collection, $0), record: Fixture.record($0)) }
    }
    let message = CommitVerifierTests.message(SyncAccountFixture(writes).first)
    let verified = try CommitVerifierTests.verify(message, CommitVerifierTests.account(nil))
    #expect(
      try verified.collectionChanges() == CollectionChanges(appeared: Set(Self.collections))
    )
  }

  /// A host from before Sync 1.1 sends only new nodes.
  @Test("without the nodes that decide, a collection appears and does not vanish")
  func missingNodesAreConservative() throws {
    var fixture = SyncAccountFixture(
      (0..<200).map { .create(Self.path(4, $0), record: Fixture.record($0)) }
        + [.create(Self.path(0, 1), record: Fixture.record(1))]
    )
    let known = fixture.known
    var message = fixture.message([
      .create(Self.path(4, 500), record: Fixture.record(500)), .delete(Self.path(0, 1)),
    ])
    let top = fixture.repository.commit.data
    let all = try Self.store(message.blocks)
    var writer = CARWriter(roots: [message.commit])
    for cid in [message.commit, message.operations[0].cid!] {
      writer.append(cid, try #require(all.block(cid)))
    }
    message.blocks = writer.bytes
    let verifier = CommitVerifier(relaxations: Set(SyncRelaxation.allCases))
    let account = KnownAccount(
      did: known.did,
      signingKey: Fixture.key.publicKey,
      head: known.head
    )
    let verified = try verifier.verify(message, for: account, now: SyncAccountFixture.now)
    #expect(verified.warnings == [.inversionMismatch] && all.block(top) != nil)
    #expect(
      try verified.collectionChanges() == CollectionChanges(appeared: [Self.collections[4]])
    )
  }

  private static func store(_ car: [UInt8]) throws -> MemoryBlockStore {
    var roots: [CID] = []
    return try MemoryBlockStore(car: car, roots: &roots)
  }
}
