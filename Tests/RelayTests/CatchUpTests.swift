import ATProtoRepo
import Relay
import RelayTestSupport
import Synchronization
import Testing

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
