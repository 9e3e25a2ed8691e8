import ATProtoCrypto
import ATProtoRepo
import ATProtoSyntax
import Relay
import RelayTestSupport
import SQLiteStorage
import ServiceKit
import TestSupport
import Testing

@Suite struct RecoveryTests {
  private static func addHost(_ store: any RelayStore, cursor: Int?) async throws {
    try await store.write { transaction throws in
      let id = try transaction.hosts.insert(
        HostName("one.test", allowsLocal: false),
        createdAt: 1,
        accountLimit: nil
      )
      try transaction.hosts.setProgress(of: id, cursor: cursor, ahead: [])
    }
  }

  /// A store that was not written since the last checkpoint.
  private static func crash(
    _ log: any RelayLog,
    _ body: (LogFixture) async throws -> Void
  ) async throws -> RelayStorage {
    let running = RelayStorage(store: MemoryRelayStore(), log: log)
    try await body(try await LogFixture(running))
    return RelayStorage(store: MemoryRelayStore(), log: log)
  }

  private static func submit(_ entries: [LogEntry], to fixture: LogFixture) async throws {
    for entry in entries { fixture.writer.submit(entry) }
    try await fixture.writer.drain()
  }

  private static func ticket(_ sequence: Int) -> EventTicket {
    EventTicket(host: HostID(rawValue: 1), sequence: sequence) { _ in }
  }

  @Test func storeCatchesUpWithTheLog() async throws {
    let (post, like): (NSID, NSID) = ("app.test.post", "app.test.like")
    var deleted = LogFixture.row(2, rev: 9)
    deleted.upstream = .inactive("deleted")
    deleted.phase = .desynchronized
    let storage = try await Self.crash(MemoryRelayLog()) { fixture in
      try await Self.submit(
        [
          LogFixture.entry(
            kind: .commit,
            row: LogFixture.row(1, rev: 5),
            changes: .changes(CollectionChanges(appeared: [post])),
            ticket: Self.ticket(3)
          ),
          LogFixture.entry(
            kind: .commit,
            row: LogFixture.row(1, rev: 6),
            changes: .changes(CollectionChanges(appeared: [like], vanished: [post])),
            ticket: Self.ticket(4)
          ),
          LogFixture.entry(row: deleted, ticket: Self.ticket(7)),
        ],
        to: fixture
      )
    }
    try await Self.addHost(storage.store, cursor: 2)
    var known = LogFixture.row(1, rev: 1)
    known.identity = SyncIdentity(
      signingKey: SimulatedAccount(pds: "http://one.test").key.publicKey,
      pds: "one.test",
      checkedAt: 4
    )
    try await storage.store.write { [known] in try $0.accounts.upsert([known]) }
    let recovery = try await Recovery(storage)
    #expect(recovery.recordCount == 3)
    #expect(recovery.numbers.sequence == 4)
    #expect(recovery.nextAccountID.rawValue == 3)
    known.rev = TID(rawValue: 6)
    try await storage.store.read { [known, deleted] transaction throws in
      #expect(try transaction.accounts.row(known.id) == known)
      #expect(try transaction.accounts.row(deleted.id) == deleted)
      #expect(try transaction.collections.collections(of: known.id) == [like])
      let host = try #require(try transaction.hosts.host(HostID(rawValue: 1)))
      // The events between them may not have been finished.
      #expect(host.cursor == 2)
      #expect(host.ahead == [3..<5, 7..<8])
      #expect(try transaction.checkpoint.appliedSequence() == 3)
    }
    // Again, with nothing left to do.
    #expect(try await Recovery(storage).recordCount == 0)
  }

  /// The old PDS of an account that moved must not be believed again.
  @Test(
    "the identity is looked up after a message that may have changed it",
    arguments: [
      LogEntry.Kind.identity, .account,
    ]
  )
  func identityIsLookedUpAfterAChange(_ kind: LogEntry.Kind) async throws {
    let storage = try await Self.crash(MemoryRelayLog()) { fixture in
      try await Self.submit([LogFixture.entry(kind: kind)], to: fixture)
    }
    var known = LogFixture.row(1)
    known.identity = SyncIdentity(
      signingKey: SimulatedAccount(pds: "http://one.test").key.publicKey,
      pds: "old.test",
      checkedAt: 4
    )
    try await storage.store.write { [known] in try $0.accounts.upsert([known]) }
    _ = try await Recovery(storage)
    #expect(
      try await storage.store.read { try $0.accounts.row(LogFixture.row(1).id) }
        == LogFixture.row(1)
    )
  }

  @Test func takedownSurvivesACrash() async throws {
    var row = LogFixture.row(1)
    row.local = .takendown
    let storage = try await Self.crash(MemoryRelayLog()) { [row] fixture in
      try await Self.submit([LogFixture.entry(row: row)], to: fixture)
    }
    let recovery = try await Recovery(storage)
    #expect(recovery.takedowns.all == [row.id])
    let id = row.id
    let recovered = try await storage.store.read { try $0.accounts.row(id) }
    #expect(recovered?.local == .takendown)
  }

  @Test func databaseThatIsOlderThanTheLogIsRefused() async throws {
    let storage = RelayStorage.memory()
    let fixture = try await LogFixture(storage)
    await fixture.publish(10)
    try storage.log.removeRecords(before: .max, through: 8)
    try await storage.store.write { try $0.checkpoint.setAppliedSequence(5) }
    await #expect(throws: ServiceError(.corruption, "")) { try await Recovery(storage) }
    try await storage.store.write { try $0.checkpoint.setAppliedSequence(8) }
    #expect(try await Recovery(storage).recordCount == 2)
  }

  @Test func recoveryCanBeRepeated() async throws {
    let storage = try await Self.crash(MemoryRelayLog()) { fixture in
      await fixture.publish(50)
    }
    let first = try await Recovery(storage)
    try await storage.store.write { try $0.checkpoint.setAppliedSequence(10) }
    let second = try await Recovery(storage)
    #expect(first.recordCount == 50 && second.recordCount == 40)
    #expect(first.numbers.sequence == second.numbers.sequence)
    #expect(try await storage.store.read { try $0.accounts.row(LogFixture.row(1).id) } != nil)
  }

  @Test func hostWithoutACursorIsReadFromItsOldestEvent() async throws {
    let storage = try await Self.crash(MemoryRelayLog()) { fixture in
      try await Self.submit([LogFixture.entry(ticket: Self.ticket(9))], to: fixture)
    }
    try await Self.addHost(storage.store, cursor: nil)
    _ = try await Recovery(storage)
    let host = try await storage.store.read { try $0.hosts.host(HostID(rawValue: 1)) }
    #expect(host?.cursor == 0)
    #expect(host?.ahead == [9..<10])
  }

  /// Consumers may have seen numbers that a lost log had.
  @Test func numbersSkipWhatALostLogMayHaveHad() async throws {
    let storage = RelayStorage.memory()
    try await storage.store.write { try $0.checkpoint.setAppliedSequence(5_000) }
    let recovery = try await Recovery(storage)
    #expect(recovery.numbers.sequence == 1_005_001)
    let fixture = try await LogFixture(storage)
    #expect(await fixture.publish(1) == [1_005_001])
  }

  /// A checkpoint never has what the log does not have, and never loses what it was told.
  @Test("a relay that stops at any moment continues where it was", arguments: 1...20)
  func restartContinues(_ round: Int) async throws {
    let folder = try TemporaryFolder()
    func open() throws -> RelayStorage {
      RelayStorage(
        store: try SQLiteRelayStore(path: folder.path + "/relay.sqlite"),
        log: try SegmentLog(directory: folder.path + "/persist")
      )
    }
    var expected: [UInt32: UInt64] = [:]
    var last = 0
    for _ in 0..<3 {
      let storage = try open()
      let fixture = try await LogFixture(storage)
      for (account, rev) in expected {
        let row = try await storage.store.read {
          try $0.accounts.row(AccountID(rawValue: account))
        }
        #expect(row?.rev == TID(rawValue: rev))
      }
      #expect(fixture.recovery.numbers.sequence == last + 1)
      for _ in 0..<Int.random(in: 1...40) {
        let account = UInt32.random(in: 1...5)
        let rev = UInt64(last + 1)
        expected[account] = rev
        try await limited {
          await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            let row = LogFixture.row(account, rev: rev)
            fixture.writer.submit(LogFixture.entry(row: row) { _ in continuation.resume() })
          }
        }
        last += 1
        if Int.random(in: 0..<10) == 0 { try await fixture.checkpoints.flush() }
      }
      // Without a last checkpoint.
      try storage.close()
    }
  }

  @Test func failedCheckpointIsRepeatedWithEverythingNewer() async throws {
    let storage = RelayStorage.memory()
    let fixture = try await LogFixture(storage)
    // Its host does not exist.
    let (missing, none): ([HostCheckpoint], [HostCheckpoint]) = (
      [HostCheckpoint(host: HostID(rawValue: 9), cursor: 1, ahead: [])], []
    )
    fixture.checkpoints.setHosts { missing }
    await fixture.publish(1, account: 1)
    await #expect(throws: (any Error).self) { try await fixture.checkpoints.flush() }
    #expect(fixture.checkpoints.failure != nil)
    #expect(fixture.checkpoints.row(AccountID(rawValue: 1)) != nil)
    await fixture.publish(1, account: 2)
    fixture.checkpoints.setHosts { none }
    try await fixture.checkpoints.flush()
    #expect(fixture.checkpoints.failure == nil)
    #expect(try await storage.store.read { try $0.accounts.page(after: nil, limit: 9) }.count == 2)
    #expect(try await storage.store.read { try $0.checkpoint.appliedSequence() } == 2)
    #expect(fixture.checkpoints.row(AccountID(rawValue: 1)) == nil)
  }
}
