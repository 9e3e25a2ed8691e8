import ATProtoRepo
import Relay
import Synchronization
import TestSupport
import Testing
import XRPCServer

@Suite struct RetentionTests {
  @Test("the oldest event that is served follows the clock exactly, before anything is deleted")
  func windowIsExactWhenRead() async throws {
    let now = Mutex<UInt64>(1_000_000_000)
    let clock: @Sendable () -> UInt64 = { now.withLock { $0 } }
    let fixture = try await LogFixture(replayWindow: .seconds(10), now: clock)
    // One event per second.
    for _ in 0..<30 {
      await fixture.publish(1)
      now.withLock { $0 += 1_000_000 }
    }
    let log = ServedLog(
      fixture.storage.log,
      replayWindow: .seconds(10),
      takedowns: TakenDownAccounts(),
      now: clock
    )
    #expect(try await log.window() == 21...30)
    now.withLock { $0 += 500_000 }
    #expect(try await log.window() == 22...30)
    now.withLock { $0 += 9_500_000 }
    #expect(try await log.window() == nil)
    #expect(fixture.storage.log.last?.sequence == 30)
  }

  @Test func consumerThatDeletionOvertakesIsClosed() async throws {
    let fixture = try await LogFixture()
    await fixture.publish(30_000, padding: 1)
    var frames = try await fixture.firehose.subscribe(cursor: 0).frames().makeAsyncIterator()
    #expect(try FirehoseEvent(frame: try #require(try await frames.next())).sequence == 1)
    try fixture.storage.log.removeRecords(before: .max, through: 15_000)
    var last = 1
    var error: String?
    while let frame = try await frames.next() {
      let event = try FirehoseEvent(frame: frame)
      if let sequence = event.sequence {
        #expect(sequence == last + 1)
        last = sequence
      } else if case .error(let name, _) = event.content {
        error = name
      }
    }
    #expect(error == "ConsumerTooSlow")
    #expect(last < 15_000)
  }

  @Test func oversizedLogLosesEventsWithinTheWindow() async throws {
    let fixture = try await LogFixture()
    let retention = Retention(
      fixture.storage.log,
      fixture.checkpoints,
      replayWindow: .seconds(3_600),
      maximumBytes: 5_000,
      metrics: RelayMetrics()
    )
    await fixture.publish(10, padding: 1_000)
    // The events are not in the database yet.
    try retention.collect()
    #expect(try await fixture.storage.log.window() == 1...10)
    try await fixture.checkpoints.flush()
    try retention.collect()
    #expect(try await fixture.storage.log.window() == 7...10)
    // Consumers are notified.
    var frames = try await fixture.firehose.subscribe(cursor: 2).frames().makeAsyncIterator()
    let first = try FirehoseEvent(frame: try #require(try await frames.next()))
    guard case .info(let name, _) = first.content else {
      return #expect(Bool(false), "no message about the outdated cursor")
    }
    #expect(name == "OutdatedCursor")
    #expect(try FirehoseEvent(frame: try #require(try await frames.next())).sequence == 7)
  }

  @Test func deletionLeavesAMarginForConsumersThatAreReading() async throws {
    let now = Mutex<UInt64>(1_000_000_000)
    let clock: @Sendable () -> UInt64 = { now.withLock { $0 } }
    let fixture = try await LogFixture(replayWindow: .seconds(10), now: clock)
    let retention = Retention(
      fixture.storage.log,
      fixture.checkpoints,
      replayWindow: .seconds(10),
      metrics: RelayMetrics(),
      now: clock
    )
    await fixture.publish(5)
    now.withLock { $0 += 20_000_000 }
    await fixture.publish(1)
    try retention.collect()
    #expect(try await fixture.storage.log.window() == 1...6)
    now.withLock { $0 += 600_000_000 }
    // The store does not have them yet.
    try retention.collect()
    #expect(try await fixture.storage.log.window() == 1...6)
    try await fixture.checkpoints.flush()
    try retention.collect()
    #expect(try await fixture.storage.log.window() == 6...6)
    // Numbers continue.
    #expect(await fixture.publish(1) == [7])
  }
}
