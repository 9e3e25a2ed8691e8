import Synchronization
import Testing
import XRPCServer

/// Logs that remove single events, which must not be sent any more.
@Suite struct EventBroadcastLogFirstTests {
  private static let configuration = EventBroadcastConfiguration(
    maximumFrames: 100,
    pageFrames: 3,
    startsInLog: true
  )

  /// Runs `body` with a stream that has events 2 to 9 in memory, while event 3 was removed from the
  /// log when 9 was added.
  private func withRemovedEvent(
    _ body: (EventBroadcast, EditableEventLog) async throws -> Void
  ) async throws {
    let log = EditableEventLog()
    log.change(adding: 1)
    let broadcast = EventBroadcast(log: log, configuration: Self.configuration)
    var live = try await broadcast.subscribe(cursor: nil) { _ in nil }.frames().makeAsyncIterator()
    for sequence in 2...8 { log.change(adding: sequence) }
    for sequence in 2...8 {
      #expect(try await live.next() == SequencedFrame.tick(sequence).bytes)
    }
    log.change(adding: 9, removing: 3)
    #expect(try await live.next() == SequencedFrame.tick(9).bytes)
    try await body(broadcast, log)
  }

  @Test(arguments: [0, 1, 2, 3])
  func subscriberWithACursorStartsInTheLog(_ cursor: Int) async throws {
    try await withRemovedEvent { broadcast, log in
      var frames = try await broadcast.subscribe(cursor: cursor) { _ in nil }.frames()
        .makeAsyncIterator()
      for sequence in 1...9 where sequence > cursor && sequence != 3 {
        #expect(try await frames.next() == SequencedFrame.tick(sequence).bytes)
      }
      log.change(adding: 10)
      #expect(try await frames.next() == SequencedFrame.tick(10).bytes)
    }
  }

  @Test(arguments: [0, 2, 9])
  func subscriberOverASocketStartsInTheLog(_ cursor: Int) async throws {
    try await withRemovedEvent { broadcast, log in
      try await StreamServer.run([broadcast.route]) { server in
        let peer = try await RawPeer(port: server.port)
        try await peer.open(StreamServer.watch + "?cursor=\(cursor)")
        for sequence in 1...9 where sequence > cursor && sequence != 3 {
          #expect(await peer.nextFrame()?.payload == SequencedFrame.tick(sequence).bytes)
        }
        log.change(adding: 10)
        #expect(await peer.nextFrame()?.payload == SequencedFrame.tick(10).bytes)
      }
    }
  }

  @Test(arguments: 1...10)
  func cutoverLosesNoEvent(_ round: Int) async throws {
    let log = EditableEventLog()
    log.change(adding: 1)
    // All events fit in memory, or a reader that waits for a processor would be too slow.
    var configuration = Self.configuration
    configuration.maximumFrames = 400
    let broadcast = EventBroadcast(log: log, configuration: configuration)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        for sequence in 2...300 {
          log.change(adding: sequence)
          for _ in 0..<Int.random(in: 0...10) { await Task.yield() }
        }
      }
      for _ in 0..<10 {
        group.addTask {
          for _ in 0..<Int.random(in: 0...200) { await Task.yield() }
          var expected = 1
          for try await frame in try await broadcast.subscribe(cursor: 0, outdated: { _ in nil })
            .frames()
          {
            #expect(frame == SequencedFrame.tick(expected).bytes)
            expected += 1
            if expected > 300 { break }
          }
          #expect(expected == 301)
        }
      }
      try await group.waitForAll()
    }
  }
}

/// A log that can remove events.
private final class EditableEventLog: EventLog {
  private let kept = Mutex<[SequencedFrame]>([])
  private let signal = EventSignal()

  func change(adding sequence: Int, removing removed: Int? = nil) {
    kept.withLock { kept in
      kept.removeAll { $0.sequence == removed }
      kept.append(.tick(sequence))
    }
    signal.notify()
  }

  func window() -> ClosedRange<Int>? {
    kept.withLock { kept in kept.last.map { 1...$0.sequence } }
  }

  func frames(after sequence: Int, maximumCount: Int, maximumBytes: Int) -> [SequencedFrame] {
    kept.withLock { kept in Array(kept.filter { $0.sequence > sequence }.prefix(maximumCount)) }
  }

  func wakeUps() -> AsyncStream<Void> { signal.wakeUps() }
}
