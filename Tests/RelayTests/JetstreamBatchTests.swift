import ATProtoData
import ATProtoRepo
import NIOCore
import RelayTestSupport
import Testing
import XRPCServer

@testable import Relay

/// The batches that a subscriber receives, and how a stream ends.
@Suite struct JetstreamBatchTests {
  private static let start = JetstreamFixture.start

  /// A slow subscriber has to receive something between two pings.
  @Test func batchesAreLimitedToOneMebibyte() async throws {
    let fixture = try JetstreamFixture()
    let account = SimulatedAccount(pds: "http://localhost")
    let text = String(repeating: "x", count: 100_000)
    for number in 1...25 {
      let record: DataValue = ["$type": "app.example.post", "text": .string(text)]
      let path = SimulatedAccount.path("app.example.post", number)
      fixture.append(account.commit([.create(path, record: record.cborBytes())]), of: account)
    }
    let subscriber = try await fixture.subscribe("cursor=\(Self.start)")
    var counts: [Int] = []
    while counts.reduce(0, +) < 25 {
      let frames = try #require(try await subscriber.source.next())
      #expect(frames.reduce(0) { $0 + $1.readableBytes } <= 1 << 20)
      counts.append(frames.count)
    }
    #expect(counts == [10, 10, 5])
  }

  @Test func versionTwoSendsAnErrorBeforeClosing() async throws {
    let fixture = try JetstreamFixture(logFails: true)
    let account = SimulatedAccount(pds: "http://localhost")
    fixture.append(account.account, of: account)
    let second = try await fixture.subscribeEvents("cursor=\(Self.start)")
    let message = try await second.next()
    #expect(message["$type"] == "error")
    #expect(message["error"] == "InternalError")
    let closing = await #expect(throws: WebSocketClosing.self) { try await second.next() }
    #expect(closing?.code == 1011)
    // Version one only closes the connection.
    let first = try await fixture.subscribe("cursor=\(Self.start)")
    await #expect(throws: (any Error).self) { try await first.next() }
  }
}
