import Testing
import XRPCServer

/// From the log to newly appended events without gaps or duplicates, however subscriptions and
/// events are interleaved.
@Suite struct EventBroadcastCutOverTests {
  private static let kept = 200
  private static let last = 700

  /// Small pages, and a ring that cannot hold the whole log, so that all code paths are taken.
  private static let configuration = EventBroadcastConfiguration(
    maximumFrames: 650,
    pageFrames: 7,
    pageBytes: 300
  )

  private func withEvents(
    _ body: (EventBroadcast, MemoryEventLog) async throws -> Void
  ) async throws {
    let log = MemoryEventLog()
    for sequence in 1...Self.kept { log.append(.tick(sequence)) }
    try await body(EventBroadcast(log: log, configuration: Self.configuration), log)
  }

  /// Events are appended in batches of random size, with turns for other tasks in between.
  private func publish(_ log: MemoryEventLog) async {
    var next = Self.kept + 1
    while next <= Self.last {
      let end = min(Self.last, next + Int.random(in: 0...5))
      log.append((next...end).map { .tick($0) })
      next = end + 1
      for _ in 0..<Int.random(in: 0...20) { await Task.yield() }
    }
  }

  @Test(arguments: 1...20)
  func cutoverInMemoryLosesNoFrame(_ round: Int) async throws {
    try await withEvents { broadcast, log in
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await publish(log) }
        for _ in 0..<20 {
          group.addTask {
            for _ in 0..<Int.random(in: 0...400) { await Task.yield() }
            let cursor = Int.random(in: 0...(log.window()?.upperBound ?? 0))
            let subscription = try await broadcast.subscribe(cursor: cursor) { _ in nil }
            var expected = cursor
            for try await frame in subscription.frames() {
              expected += 1
              #expect(frame == SequencedFrame.tick(expected).bytes, "after \(cursor)")
              if expected >= Self.last { break }
            }
            #expect(expected >= Self.last, "after \(cursor)")
          }
        }
        try await group.waitForAll()
      }
    }
  }

  @Test(arguments: 1...5)
  func cutoverOverSocketsLosesNoFrame(_ round: Int) async throws {
    try await withEvents { broadcast, log in
      try await StreamServer.run([broadcast.route]) { server in
        try await withThrowingTaskGroup(of: Void.self) { group in
          group.addTask { await publish(log) }
          for _ in 0..<16 {
            group.addTask {
              for _ in 0..<Int.random(in: 0...400) { await Task.yield() }
              let peer = try await RawPeer(port: server.port)
              let cursor = Int.random(in: 0...(log.window()?.upperBound ?? 0))
              try await peer.open(StreamServer.watch + "?cursor=\(cursor)")
              for sequence in stride(from: cursor + 1, through: Self.last, by: 1) {
                let frame = try #require(await peer.nextFrame(), "after \(cursor)")
                #expect(frame.payload == SequencedFrame.tick(sequence).bytes, "after \(cursor)")
              }
            }
          }
          try await group.waitForAll()
        }
      }
    }
  }
}
