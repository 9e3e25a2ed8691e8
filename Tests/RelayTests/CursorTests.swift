import ATProtoRepo
import Relay
import Synchronization
import Testing
import XRPCServer

/// Where a stream begins (Event Stream specification, "Sequence Numbers").
@Suite struct CursorTests {
  /// indigo #1328.
  @Test func cursorBeforeWindowGetsOutdatedCursorAndFutureCursorAnError() async throws {
    let now = Mutex<UInt64>(1_000_000)
    let fixture = try await LogFixture(replayWindow: .seconds(60), now: { now.withLock { $0 } })
    await fixture.publish(10)
    now.withLock { $0 += 61_000_000 }
    await fixture.publish(5)
    try await FirehoseServer.run(fixture.firehose) { server in
      let outdated = try await server.connect(cursor: 4)
      guard case .info(let name, let message) = try await outdated.next()?.content else {
        Issue.record("no message about the cursor")
        return
      }
      #expect(name == "OutdatedCursor")
      #expect(message == "the oldest event of this relay is 11")
      #expect(try await outdated.sequences(5) == [11, 12, 13, 14, 15])
      // All of the window, without a message.
      for cursor in [0, -1] {
        let all = try await server.connect(cursor: cursor)
        guard let first = try await all.next()?.sequence else {
          Issue.record("cursor \(cursor): no event first")
          continue
        }
        #expect(try await [first] + all.sequences(4) == [11, 12, 13, 14, 15])
      }

      let future = try await server.connect(cursor: 16)
      guard case .error(let name, _) = try await future.next()?.content else {
        Issue.record("no error")
        return
      }
      #expect(name == "FutureCursor")
      #expect(try await future.next() == nil)
    }
  }

  static let cursors: [(Int?, [Int])] = [
    (nil, [21]), (0, Array(1...21)), (1, Array(2...21)), (15, Array(16...21)), (20, [21]),
  ]

  @Test("a stream begins after its cursor, and continues with new events", arguments: cursors)
  func streamBeginsAfterTheCursor(_ cursor: Int?, _ expected: [Int]) async throws {
    let fixture = try await LogFixture()
    await fixture.publish(20)
    try await FirehoseServer.run(fixture.firehose) { server in
      let consumer = try await server.connect(cursor: cursor)
      // What is in the log is read before the next event exists.
      let stored = try await consumer.sequences(expected.count - 1)
      await fixture.publish(1)
      #expect(try await stored + consumer.sequences(1) == expected)
    }
  }

  @Test func everythingOutsideTheWindowIsOutdated() async throws {
    let now = Mutex<UInt64>(1_000_000)
    let fixture = try await LogFixture(replayWindow: .seconds(60), now: { now.withLock { $0 } })
    await fixture.publish(10)
    now.withLock { $0 += 61_000_000 }
    try await FirehoseServer.run(fixture.firehose) { server in
      let outdated = try await server.connect(cursor: 9)
      guard case .info("OutdatedCursor", _) = try await outdated.next()?.content else {
        Issue.record("no message about the cursor")
        return
      }
      let current = try await server.connect(cursor: 10)
      let all = try await server.connect(cursor: 0)
      await fixture.publish(1)
      #expect(try await all.sequences(1) == [11])
      #expect(try await outdated.sequences(1) == [11])
      #expect(try await current.sequences(1) == [11])
    }
  }

  @Test func numbersContinueAfterARestart() async throws {
    let storage = RelayStorage.memory()
    let first = try await LogFixture(storage, initialSequence: 500)
    #expect(await first.publish(3) == [500, 501, 502])
    let second = try await LogFixture(storage, initialSequence: 1)
    #expect(await second.publish(1) == [503])
    let floor = try await LogFixture(storage, initialSequence: 10_000)
    #expect(await floor.publish(1) == [10_000])
    let frames = try await storage.log.frames(after: 0, maximumCount: 10, maximumBytes: 1 << 20)
    for frame in frames {
      #expect(try FirehoseEvent(frame: frame.bytes).sequence == frame.sequence)
    }
  }

  /// The gap may be between the log and the ring.
  @Test func cursorInASequenceGapLosesNothing() async throws {
    let storage = RelayStorage.memory()
    let first = try await LogFixture(storage)
    #expect(await first.publish(3) == [1, 2, 3])
    let second = try await LogFixture(storage, initialSequence: 1_000)
    try await FirehoseServer.run(second.firehose) { server in
      let cursors = [0, 2, 3, 4, 500, 998, 999]
      // Nothing has been sent with the new numbers yet.
      var early: [FirehoseConsumer] = []
      for cursor in cursors { early.append(try await server.connect(cursor: cursor)) }
      #expect(try await early[0].sequences(3) == [1, 2, 3])
      #expect(try await early[1].sequences(1) == [3])
      let future = try await server.connect(cursor: 1_000)
      guard case .error("FutureCursor", _) = try await future.next()?.content else {
        Issue.record("cursor 1000 is in the future")
        return
      }
      await second.publish(2)
      for consumer in early { #expect(try await consumer.sequences(2) == [1_000, 1_001]) }
      for cursor in cursors {
        let late = try await server.connect(cursor: cursor)
        let expected = (1...3).filter { $0 > cursor } + [1_000, 1_001]
        #expect(try await late.sequences(expected.count) == expected)
      }
    }
  }

  @Test func cursorBeforeALostLogIsOutdatedAndContinuesAfterTheGap() async throws {
    let storage = RelayStorage.memory()
    try await storage.store.write { try $0.checkpoint.setAppliedSequence(5_000) }
    let fixture = try await LogFixture(storage)
    #expect(await fixture.publish(2) == [1_005_001, 1_005_002])
    try await FirehoseServer.run(fixture.firehose) { server in
      for cursor in [4_999, 5_000, 5_001, 1_000_000] {
        let consumer = try await server.connect(cursor: cursor)
        guard case .info("OutdatedCursor", _) = try await consumer.next()?.content else {
          Issue.record("cursor \(cursor): no message about the cursor")
          continue
        }
        #expect(try await consumer.sequences(2) == [1_005_001, 1_005_002])
      }
      let current = try await server.connect(cursor: 1_005_000)
      #expect(try await current.sequences(2) == [1_005_001, 1_005_002])
    }
  }

  @Test func replayLeavesOutRepositoriesThatAreTakenDownAtTheMoment() async throws {
    let fixture = try await LogFixture()
    var entries: [LogEntry] = []
    for account: UInt32 in [1, 2, 1, 2] {
      entries.append(LogFixture.entry(account: account, kind: .commit))
    }
    var takenDown = LogFixture.row(1)
    takenDown.local = .takendown
    entries.append(LogFixture.entry(account: 1, kind: .account, row: takenDown))
    for entry in entries { fixture.writer.submit(entry) }
    try await fixture.writer.drain()
    func replay() async throws -> [Int] {
      try await ServedLog(
        fixture.storage.log,
        replayWindow: .seconds(60),
        takedowns: fixture.checkpoints.takedowns
      ).frames(after: 0, maximumCount: 100, maximumBytes: 1 << 20).map(\.sequence)
    }
    #expect(try await replay() == [2, 4, 5])
    // After a restart too.
    #expect(try await TakenDownAccounts(fixture.storage.store).all == [AccountID(rawValue: 1)])
    fixture.writer.submit(LogFixture.entry(account: 1, kind: .account))
    try await fixture.writer.drain()
    #expect(try await replay() == [1, 2, 3, 4, 5, 6])
  }
}
