import ATProtoRepo
import ATProtoSyntax
import Relay
import RelayTestSupport
import Synchronization
import Testing
import XRPCServer

@Suite struct LogWriterTests {
  private struct DiskFull: Error {}

  /// A log whose disk can be full.
  private final class FailingLog: RelayLog {
    let base = MemoryRelayLog()
    let failures = Mutex(0)

    func append(_ records: [LogRecord]) throws {
      let fails = failures.withLock { failures in
        failures = max(0, failures - 1)
        return failures > 0
      }
      if fails { throw DiskFull() }
      try base.append(records)
    }

    var last: (sequence: Int, microseconds: UInt64)? { base.last }
    func window() async throws -> ClosedRange<Int>? { base.window() }
    func frames(
      after sequence: Int,
      maximumCount: Int,
      maximumBytes: Int
    ) async throws -> [SequencedFrame] {
      base.frames(after: sequence, maximumCount: maximumCount, maximumBytes: maximumBytes)
    }
    func records(after sequence: Int, maximumBytes: Int) async throws -> [LogRecord] {
      base.records(after: sequence, maximumBytes: maximumBytes)
    }
    func entries(
      after position: LogPosition,
      matching filter: LogFilter,
      maximumCount: Int
    ) async throws -> LogEntries {
      base.entries(after: position, matching: filter, maximumCount: maximumCount)
    }
    func position(at microseconds: UInt64) async throws -> LogPosition {
      base.position(at: microseconds)
    }
    func removeRecords(before microseconds: UInt64, through sequence: Int) throws {}
    func removeRecords(exceeding bytes: Int, through sequence: Int) throws {}
    func wakeUps() -> AsyncStream<Void> { base.wakeUps() }
    func close() throws {}
  }

  @Test func entriesFromManyThreadsGetConsecutiveNumbers() async throws {
    let fixture = try await LogFixture()
    await withTaskGroup(of: Void.self) { group in
      for account: UInt32 in 1...8 {
        group.addTask { await fixture.publish(250, account: account) }
      }
    }
    let records = try await fixture.storage.log.records(after: 0, maximumBytes: 1 << 24)
    #expect(records.map(\.sequence) == Array(1...2_000))
    for (record, next) in zip(records, records.dropFirst()) {
      #expect(record.end <= next.microseconds)
    }
  }

  @Test func silentEntriesFinishTheirEventsAndGetNoNumber() async throws {
    let fixture = try await LogFixture()
    let outcomes = Mutex<[String]>([])
    func ticket(_ sequence: Int) -> EventTicket {
      EventTicket(host: HostID(rawValue: 1), sequence: sequence) { outcome in
        let text =
          switch outcome {
          case .accepted(let number): "\(sequence) accepted as \(number)"
          case .rejected(let reason): "\(sequence) \(reason.rawValue)"
          case .abandoned: "\(sequence) abandoned"
          }
        outcomes.withLock { $0.append(text) }
      }
    }
    fixture.writer.submit(LogFixture.entry(ticket: ticket(7)))
    fixture.writer.submit(LogEntry(ticket: ticket(8), outcome: .rejected(.badSignature)))
    fixture.writer.submit(LogEntry(effect: LogFixture.row(5), ticket: ticket(9)))
    fixture.writer.submit(LogFixture.entry(ticket: ticket(10)))
    try await fixture.writer.drain()
    #expect(
      outcomes.withLock { $0 } == [
        "7 accepted as 1", "8 badSignature", "9 abandoned", "10 accepted as 2",
      ]
    )
    #expect(fixture.storage.log.last?.sequence == 2)
    // The effect of a silent entry is in the store.
    let row = try await fixture.storage.store.read {
      try $0.accounts.row(AccountID(rawValue: 5))
    }
    #expect(row == LogFixture.row(5))
  }

  /// Nothing is finished, sent, or stored before it is on disk.
  @Test func fullDiskDelaysEverythingAndLosesNothing() async throws {
    let log = FailingLog()
    let storage = RelayStorage(store: MemoryRelayStore(), log: log)
    let fixture = try await LogFixture(storage)
    let subscription = try await fixture.firehose.subscribe(cursor: nil)
    log.failures.withLock { $0 = .max }
    let isFinished = Mutex(false)
    let ticket = EventTicket(host: HostID(rawValue: 1), sequence: 1) { _ in
      isFinished.withLock { $0 = true }
    }
    fixture.writer.submit(LogFixture.entry(ticket: ticket))
    #expect(try await until { fixture.writer.failure is DiskFull })
    #expect(!isFinished.withLock { $0 })
    try await fixture.checkpoints.flush()
    #expect(try await storage.store.read { try $0.accounts.maximumID() } == nil)
    log.failures.withLock { $0 = 0 }
    try await fixture.writer.drain()
    #expect(fixture.writer.failure == nil)
    #expect(isFinished.withLock { $0 })
    #expect(try await storage.store.read { try $0.accounts.maximumID() }?.rawValue == 1)
    var frames = subscription.frames().makeAsyncIterator()
    let frame = try #require(try await frames.next())
    #expect(try FirehoseEvent(frame: frame).sequence == 1)
  }

  @Test func drainingEndsIfTheDiskStaysFull() async throws {
    let log = FailingLog()
    let fixture = try await LogFixture(RelayStorage(store: MemoryRelayStore(), log: log))
    log.failures.withLock { $0 = 1_000 }
    fixture.writer.submit(LogFixture.entry())
    await #expect(throws: DiskFull.self) { try await fixture.writer.drain() }
    log.failures.withLock { $0 = 0 }
    try await fixture.writer.drain()
    #expect(log.last?.sequence == 1)
  }

  /// A row in the middle of a change must not make the account look stored.
  @Test func checkpointReportsTheLastRowsOfChanges() async throws {
    let fixture = try await LogFixture()
    let stored = Mutex<[StoredRow]>([])
    fixture.checkpoints.setWritten { rows in stored.withLock { $0 += rows } }
    func submit(rev: UInt64, generation: UInt64?) {
      var entry = LogFixture.entry(row: LogFixture.row(1, rev: rev))
      entry.generation = generation
      fixture.writer.submit(entry)
    }
    submit(rev: 1, generation: 1)
    submit(rev: 2, generation: nil)
    try await fixture.writer.drain()
    #expect(stored.withLock { $0.isEmpty })
    submit(rev: 3, generation: 2)
    try await fixture.writer.drain()
    #expect(stored.withLock { $0 } == [StoredRow(did: LogFixture.did(1), generation: 2)])
  }

  @Test func frameKeepsEveryByteExceptItsNumber() async throws {
    let fixture = try await LogFixture(initialSequence: 70_000)
    await fixture.publish(1, padding: 300)
    let frame = try await fixture.storage.log.frames(
      after: 0,
      maximumCount: 1,
      maximumBytes: 1
    )[0].bytes
    var expected: [UInt8] = []
    LogFixture.frame(1, padding: 300).write(70_000, into: &expected)
    #expect(frame == expected)
    #expect(try FirehoseEvent(frame: frame).sequence == 70_000)
  }
}
