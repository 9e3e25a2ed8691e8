import ATProtoCrypto
import ATProtoRepo
import ATProtoSyntax
import Relay
import RelayTestSupport
import Testing

@Suite struct CollectionIndexTests {
  private static let names = (0..<5).map { "app.test.c\($0)" }

  /// Creates and deletes records at random, and compares the index with what the accounts have.
  @Test(arguments: 1...10)
  func indexFollowsVerifiedCommits(_ round: Int) async throws {
    let fixture = try await LogFixture()
    let verifier = SyncPolicy.relay.verifier
    var expected: [UInt32: Set<String>] = [:]
    for account: UInt32 in 1...4 {
      let simulated = SimulatedAccount(pds: "http://one.test")
      var row = LogFixture.row(account)
      row.did = simulated.did
      var records: [String: Set<Int>] = [:]
      var head: KnownAccount.Head?
      for number in 1...40 {
        let name = Self.names.randomElement()!
        let write: RecordWrite
        if let old = records[name]?.randomElement(), Bool.random() {
          write = .delete(SimulatedAccount.path(name, old))
          records[name]?.remove(old)
        } else {
          write = SimulatedAccount.create(name, number)
          records[name, default: []].insert(number)
        }
        let message = simulated.nextMessage([write])
        let known = KnownAccount(did: row.did, signingKey: simulated.key.publicKey, head: head)
        let verified = try verifier.verify(message, for: known, now: SimulatedAccount.now)
        head = KnownAccount.Head(rev: verified.commit.rev, data: verified.commit.data)
        fixture.writer.submit(
          LogEntry(effect: row, changes: .changes(try verified.collectionChanges()))
        )
        if Int.random(in: 0..<8) == 0 { try await fixture.checkpoints.flush() }
      }
      expected[account] = Set(records.filter { !$0.value.isEmpty }.keys)
    }
    try await fixture.writer.drain()
    for (account, names) in expected {
      let found = try await fixture.storage.store.read {
        try $0.collections.collections(of: AccountID(rawValue: account))
      }
      #expect(Set(found.map(\.string)) == names)
    }
  }

  @Test func pagesHaveOnlyAccountsThatAreVisibleNow() async throws {
    let fixture = try await LogFixture()
    let collections = Collections(store: fixture.storage.store, checkpoints: fixture.checkpoints)
    for account: UInt32 in 1...10 {
      fixture.writer.submit(
        LogEntry(
          effect: LogFixture.row(account),
          changes: .replacement(["app.test.post", "app.test.like"])
        )
      )
    }
    try await fixture.writer.drain()
    // Not in the store yet.
    for account: UInt32 in [2, 3, 10] {
      var row = LogFixture.row(account)
      row.local = .takendown
      fixture.writer.submit(LogFixture.entry(account: account, row: row))
    }
    await fixture.publish(1, account: 1)
    for limit in [1, 2, 3, 7, 100] {
      var found: [DID] = []
      var cursor: String?
      repeat {
        let page = try await collections.repositories(
          in: "app.test.post",
          cursor: cursor,
          limit: limit
        )
        #expect(page.dids.count <= limit)
        // A cursor only if there is more.
        if page.cursor != nil { #expect(page.dids.count == limit) }
        found += page.dids
        cursor = page.cursor
      } while cursor != nil
      #expect(found == [1, 4, 5, 6, 7, 8, 9].map(LogFixture.did), "\(limit)")
    }
    for cursor in ["", "1", "AAAA", "!!!!!!", "AAAAAAAA"] {
      await #expect(throws: Collections.CursorError.self) {
        try await collections.repositories(in: "app.test.post", cursor: cursor, limit: 5)
      }
    }
  }

  @Test func hugeRepositoriesAreIndexedInPart() async throws {
    let fixture = try await LogFixture()
    let names = Set((0..<5_000).map { try! NSID("app.test.c\($0)") })
    fixture.writer.submit(
      LogFixture.entry(row: LogFixture.row(1), changes: .replacement(names))
    )
    try await fixture.writer.drain()
    let found = try await fixture.storage.store.read {
      try $0.collections.collections(of: AccountID(rawValue: 1))
    }
    #expect(found.count == 2_000 && found.isSubset(of: names))
  }
}
