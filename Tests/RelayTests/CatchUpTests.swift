import ATProtoRepo
import Relay
import RelayTestSupport
import Synchronization
import Testing
import XRPCServer

@Suite struct CatchUpTests {
  /// indigo #975: consumers were dropped while they were catching up, because new events filled
  /// their buffer first.
  @Test func consumerThatCatchesUpDuringAFloodReceivesEveryEvent() async throws {
    let fixture = try await LogFixture()
    // More than sockets and the consumer's buffer hold.
    let (before, during) = (400, 1_500)
    await fixture.publish(before, padding: 100_000)
    try await FirehoseServer.run(fixture.firehose) { server in
      let consumer = try await server.connect(cursor: 0)
      let first = try await consumer.sequences(1)
      // More than the ring holds, while the consumer has read one event.
      for _ in 0..<during / 10 { await fixture.publish(10, padding: 100_000) }
      let rest = try await consumer.sequences(before + during - 1)
      #expect(first + rest == Array(1...before + during))
      await fixture.publish(1)
      #expect(try await consumer.sequences(1) == [before + during + 1])
    }
  }

  /// Events of repositories that are taken down are in the ring, but consumers do not read them
  /// from the log.
  @Test(.timeLimit(.minutes(1)))
  func consumerThatFallsOutOfTheRingContinuesInTheLogDespiteTakedowns() async throws {
    let storage = RelayStorage.memory()
    let takedowns = TakenDownAccounts()
    let broadcast = EventBroadcast(
      log: ServedLog(storage.log, replayWindow: .seconds(3_600), takedowns: takedowns),
      configuration: EventBroadcastConfiguration(maximumFrames: 20, pageFrames: 5),
      startingAfter: 0
    )
    let writer = LogWriter(
      storage.log,
      Checkpoints(store: storage.store, appliedSequence: 0, takedowns: takedowns),
      broadcast,
      numbers: LogNumbers(sequence: 1),
      metrics: RelayMetrics()
    )
    var hidden = LogFixture.row(1)
    hidden.local = .takendown
    var published = 0
    // Events with odd numbers are hidden.
    func publish(_ count: Int) async throws {
      for _ in 0..<count {
        published += 1
        let entry =
          published.isMultiple(of: 2)
          ? LogFixture.entry(account: 2, kind: .commit)
          : LogFixture.entry(account: 1, kind: .commit, row: hidden)
        writer.submit(entry)
      }
      try await writer.drain()
    }
    try await publish(40)
    var frames = try await broadcast.subscribe(cursor: 0) { _ in nil }.frames().makeAsyncIterator()
    var sequences: [Int] = []
    func read(to last: Int) async throws {
      while sequences.last ?? 0 < last {
        let frame = try #require(try await frames.next())
        sequences.append(try #require(try FirehoseEvent(frame: frame).sequence))
      }
    }
    for _ in 0..<5 {
      // Reads into the ring, but not to its end; then the ring moves on.
      try await read(to: published - 4)
      try await publish(40)
    }
    try await read(to: published)
    #expect(zip(sequences, sequences.dropFirst()).allSatisfy { $0 < $1 })
    let shown = sequences.filter { $0.isMultiple(of: 2) }
    #expect(shown == Array(stride(from: 2, through: 240, by: 2)))
  }

  @Test("consumers that join at any moment receive every event once", arguments: 1...5)
  func joiningConsumersReceiveEveryEventOnce(_ round: Int) async throws {
    let fixture = try await LogFixture()
    let total = 3_000
    await fixture.publish(500)
    try await FirehoseServer.run(fixture.firehose) { server in
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          var published = 500
          while published < total {
            let count = min(total - published, Int.random(in: 1...40))
            await fixture.publish(count, padding: Int.random(in: 0...2_000))
            published += count
          }
        }
        for _ in 0..<6 {
          group.addTask {
            for _ in 0..<Int.random(in: 0...300) { await Task.yield() }
            let cursor = Int.random(in: 0...fixture.writer.lastSequence)
            let consumer = try await server.connect(cursor: cursor)
            let sequences = try await consumer.sequences(total - cursor)
            #expect(sequences == Array(cursor + 1...total))
          }
        }
        try await group.waitForAll()
      }
    }
  }
}
