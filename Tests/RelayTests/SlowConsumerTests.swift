import ATProtoRepo
import Relay
import RelayTestSupport
import Synchronization
import Testing

@Suite struct SlowConsumerTests {
  /// indigo PR 417: a slow consumer silently lost events.
  @Test func stalledConsumerReceivesAContiguousPrefixAndIsClosed() async throws {
    let fixture = try await LogFixture()
    try await FirehoseServer.run(fixture.firehose) { server in
      let stalled = try await server.connect()
      let quick = try await server.connect()
      await fixture.publish(1)
      #expect(try await stalled.sequences(1) == [1])
      #expect(try await quick.sequences(1) == [1])
      // More than the ring, the sockets, and the consumer's buffer hold.
      let count = 1_200
      for _ in 0..<count / 10 {
        await fixture.publish(10, padding: 100_000)
        #expect(try await quick.sequences(10).count == 10)
      }
      var last = 1
      var error: String?
      while let event = try await stalled.next() {
        if let sequence = event.sequence {
          #expect(sequence == last + 1)
          last = sequence
        } else if case .error(let name, _) = event.content {
          error = name
        }
      }
      #expect(error == "ConsumerTooSlow")
      #expect(last > 1 && last < count + 1)
      // With its cursor it gets the rest.
      let again = try await server.connect(cursor: last)
      #expect(try await again.sequences(count + 1 - last) == Array(last + 1...count + 1))
    }
  }
}
