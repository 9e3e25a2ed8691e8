import ServiceLifecycle
import Testing
import XRPC
import XRPCServer

/// Frames that are encoded once, over real sockets.
@Suite struct EventBroadcastTests {
  static let watch = StreamServer.watch

  private func withBroadcast<Value: Sendable>(
    streams: EventStreamConfiguration = EventStreamConfiguration(),
    _ configuration: EventBroadcastConfiguration = EventBroadcastConfiguration(),
    kept: ClosedRange<Int>? = nil,
    _ body:
      @escaping @Sendable (StreamServer, EventBroadcast, MemoryEventLog) async throws -> Value
  ) async throws -> Value {
    let log = MemoryEventLog()
    for sequence in kept.map(Array.init) ?? [] { log.append(.tick(sequence)) }
    let broadcast = EventBroadcast(log: log, configuration: configuration)
    return try await StreamServer.run([broadcast.route], streams: streams) { server in
      try await body(server, broadcast, log)
    }
  }

  @Test func appendedFramesReachAllSubscribers() async throws {
    try await withBroadcast { server, broadcast, log in
      let peers = [try await RawPeer(port: server.port), try await RawPeer(port: server.port)]
      for peer in peers { try await peer.open(Self.watch) }
      let large = SequencedFrame.tick(3, padding: 70_000)
      log.append([.tick(1), .tick(2, padding: 300), large])
      for peer in peers {
        #expect(await peer.nextFrame()?.payload == SequencedFrame.tick(1).bytes)
        #expect(await peer.nextFrame()?.payload == SequencedFrame.tick(2, padding: 300).bytes)
        #expect(await peer.nextFrame()?.payload == large.bytes)
      }
    }
  }

  static let cursors: [(Int?, [Int])] = [
    (nil, [21]), (0, Array(11...21)), (15, Array(16...21)), (20, [21]), (10, Array(11...21)),
  ]

  @Test func subscriptionStartsAfterTheCursor() async throws {
    try await withBroadcast(kept: 11...20) { server, broadcast, log in
      var peers: [RawPeer] = []
      for (cursor, _) in Self.cursors {
        let peer = try await RawPeer(port: server.port)
        try await peer.open(Self.watch + (cursor.map { "?cursor=\($0)" } ?? ""))
        peers.append(peer)
      }
      log.append([.tick(21)])
      for (peer, (cursor, expected)) in zip(peers, Self.cursors) {
        for sequence in expected {
          let frame = await peer.nextFrame()
          #expect(frame?.payload == SequencedFrame.tick(sequence).bytes, "cursor \(cursor ?? -1)")
        }
      }
    }
  }

  @Test func outdatedCursorGetsInfoAndFutureCursorAnError() async throws {
    try await withBroadcast(kept: 11...20) { server, _, _ in
      let outdated = try await RawPeer(port: server.port)
      try await outdated.open(Self.watch + "?cursor=3")
      let info = try #require(await outdated.nextFrame())
      #expect(
        try EventStreamFrame(bytes: info.payload) == .message(type: "#info", payload: [0xA0])
      )
      #expect(await outdated.nextFrame()?.payload == SequencedFrame.tick(11).bytes)

      let future = try await RawPeer(port: server.port)
      try await future.open(Self.watch + "?cursor=21")
      let error = try #require(await future.nextFrame())
      guard case .error(let body) = try EventStreamFrame(bytes: error.payload) else {
        Issue.record("no error frame")
        return
      }
      #expect(body.name == "FutureCursor")
      #expect(await future.nextFrame()?.closeCode == 1000)
    }
  }

  @Test func slowConsumerIsClosedWithConsumerTooSlow() async throws {
    let configuration = EventBroadcastConfiguration(maximumFrames: 100, maximumBytes: 1 << 20)
    try await withBroadcast(configuration) { server, broadcast, log in
      let slow = try await RawPeer(port: server.port, receiveBuffer: 4_096)
      let quick = try await RawPeer(port: server.port)
      for peer in [slow, quick] {
        #expect(try await peer.open(Self.watch).contains(" 101 "))
      }
      // Both subscribe before the first frame; once each has it, one of them stops reading.
      log.append([.tick(1)])
      for peer in [slow, quick] {
        #expect(await peer.nextFrame()?.payload == SequencedFrame.tick(1).bytes)
      }
      try await slow.setReads(false)
      // More than all buffers can hold.
      for sequence in 2...1_000 {
        log.append([.tick(sequence, padding: 20_000)])
        #expect(await quick.nextFrame()?.payload.count ?? 0 > 20_000)
      }
      try await slow.setReads(true)
      var last: RawPeer.Frame?
      var count = 0
      while let frame = await slow.nextFrame(), frame.opcode == 2 {
        last = frame
        count += 1
      }
      #expect(count < 1_000)
      let error = try EventStreamFrame(bytes: try #require(last).payload)
      guard case .error(let body) = error else {
        Issue.record("no error frame after \(count)")
        return
      }
      #expect(body.name == "ConsumerTooSlow")
    }
  }

  /// What was appended before is sent, followed by 1001 (RFC 6455, 7.4.1: "going away").
  @Test func shutdownSendsAppendedFramesThenCloses() async throws {
    try await withBroadcast { server, broadcast, log in
      let peer = try await RawPeer(port: server.port)
      try await peer.open(Self.watch)
      log.append((1...200).map { .tick($0, padding: 10_000) })
      await server.services.triggerGracefulShutdown()
      for sequence in 1...200 {
        let frame = await peer.nextFrame()
        #expect(frame?.payload == SequencedFrame.tick(sequence, padding: 10_000).bytes)
      }
      #expect(await peer.nextFrame()?.closeCode == 1001)
      try await peer.send(RawPeer.frame(8, [0x03, 0xE9]))
      #expect(await peer.readToEnd().isEmpty)
    }
  }

  @Test func peerThatAnswersNoPingsIsDropped() async throws {
    let streams = EventStreamConfiguration(pingInterval: .milliseconds(50))
    try await withBroadcast(streams: streams) { server, broadcast, log in
      let dead = try await RawPeer(port: server.port)
      try await dead.open(Self.watch)
      #expect(await dead.readFrame() == RawPeer.Frame(opcode: 9, payload: []))
      #expect(await dead.readFrame() == nil)
      let half = try await RawPeer(port: server.port)
      try await half.open(Self.watch)
      // On a busy machine, it may already have been dropped as a dead peer.
      try? await half.halfClose()
      _ = await half.readToEnd()
    }
  }
}
