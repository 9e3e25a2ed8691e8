import Synchronization
import Testing
import XRPC
import XRPCServer

/// Subscribers that read stored events while new ones arrive.
@Suite struct EventBroadcastCatchUpTests {
  private static let configuration = EventBroadcastConfiguration(
    maximumFrames: 20,
    pageFrames: 5,
    pageBytes: 1 << 20
  )

  private static func name(of frame: [UInt8]?) throws -> String? {
    guard let frame, case .error(let body) = try EventStreamFrame(bytes: frame) else { return nil }
    return body.name
  }

  /// What is published is in the log first.
  private static func publish(
    _ numbers: ClosedRange<Int>,
    to log: MemoryEventLog,
    _ broadcast: EventBroadcast
  ) {
    let frames = numbers.map { SequencedFrame.tick($0) }
    log.append(frames)
    broadcast.publish(frames)
  }

  @Test func publishedEventsAreNotReadFromTheLog() async throws {
    let log = MemoryEventLog()
    let broadcast = EventBroadcast(log: log, startingAfter: 100)
    var frames = try await broadcast.subscribe(cursor: nil) { _ in nil }.frames()
      .makeAsyncIterator()
    log.append(.tick(101))
    Self.publish(102...103, to: log, broadcast)
    #expect(try await frames.next() == SequencedFrame.tick(102).bytes)
    #expect(try await frames.next() == SequencedFrame.tick(103).bytes)
    await #expect(throws: XRPCServerError.self) {
      try await broadcast.subscribe(cursor: 104) { _ in nil }
    }
    // The last number was assigned, but its event is not in the log any more.
    let empty = EventBroadcast(log: MemoryEventLog(), startingAfter: 100)
    _ = try await empty.subscribe(cursor: 100) { _ in nil }
  }

  @Test func subscriberThatFallsOutBeforeItWasUpToDateReturnsToTheLog() async throws {
    let log = MemoryEventLog()
    let broadcast = EventBroadcast(log: log, configuration: Self.configuration, startingAfter: 0)
    Self.publish(1...15, to: log, broadcast)
    var frames = try await broadcast.subscribe(cursor: 3) { _ in nil }.frames()
      .makeAsyncIterator()
    // It reads from memory, and then memory no longer has the next event.
    #expect(try await frames.next() == SequencedFrame.tick(4).bytes)
    Self.publish(16...200, to: log, broadcast)
    for sequence in 5...200 {
      #expect(try await frames.next() == SequencedFrame.tick(sequence).bytes)
    }
  }

  @Test func subscriberThatFallsOutAfterItWasUpToDateIsClosed() async throws {
    let log = MemoryEventLog()
    let broadcast = EventBroadcast(log: log, configuration: Self.configuration, startingAfter: 0)
    Self.publish(1...15, to: log, broadcast)
    let subscription = try await broadcast.subscribe(cursor: 14) { _ in nil }
    var frames = subscription.frames().makeAsyncIterator()
    #expect(try await frames.next() == SequencedFrame.tick(15).bytes)
    Self.publish(16...200, to: log, broadcast)
    #expect(try Self.name(of: try await frames.next()) == "ConsumerTooSlow")
    #expect(try await frames.next() == nil)
  }

  @Test func subscriberIsClosedIfTheLogHasLostItsNextEventToo() async throws {
    let log = MemoryEventLog(maximumCount: 10)
    let broadcast = EventBroadcast(log: log, configuration: Self.configuration, startingAfter: 0)
    Self.publish(1...15, to: log, broadcast)
    var frames = try await broadcast.subscribe(cursor: 3) { _ in nil }.frames()
      .makeAsyncIterator()
    #expect(try await frames.next() == SequencedFrame.tick(4).bytes)
    for start in stride(from: 16, to: 200, by: 5) {
      Self.publish(start...start + 4, to: log, broadcast)
    }
    #expect(try Self.name(of: try await frames.next()) == "ConsumerTooSlow")
  }

  /// A ring may keep more than its log.
  @Test func subscriberReadsFromMemoryWhatTheLogHasLost() async throws {
    let log = MemoryEventLog(maximumCount: 5)
    let broadcast = EventBroadcast(log: log, configuration: Self.configuration, startingAfter: 0)
    for sequence in 1...20 { Self.publish(sequence...sequence, to: log, broadcast) }
    let oldest = try #require(log.window()?.lowerBound)
    var frames = try await broadcast.subscribe(cursor: oldest - 1) { _ in nil }.frames()
      .makeAsyncIterator()
    for sequence in oldest...20 {
      #expect(try await frames.next() == SequencedFrame.tick(sequence).bytes)
    }
  }
}
