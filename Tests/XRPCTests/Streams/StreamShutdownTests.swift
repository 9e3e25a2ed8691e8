import ServiceLifecycle
import Testing
import XRPC
import XRPCServer

/// "Graceful shutdown: no request in flight is cut", for event-stream requests.
@Suite struct StreamShutdownTests {
  /// A stream that is not opened until its task is canceled.
  private static func neverOpened(_ hasBegun: AsyncStream<Void>.Continuation) -> XRPCRoute {
    .subscription(
      Sample.Watch.self,
      sharing: { _ in
        hasBegun.yield()
        try await Task.sleep(for: .seconds(3_600))
        throw XRPCServerError.internalServerError
      }
    )
  }

  @Test func openingStreamIsRefusedAtShutdown() async throws {
    let (begun, continuation) = AsyncStream<Void>.makeStream()
    try await StreamServer.run([Self.neverOpened(continuation)]) { server in
      let peer = try await RawPeer(port: server.port)
      try await peer.send(RawPeer.handshake(StreamServer.watch))
      _ = await begun.first { _ in true }
      await server.services.triggerGracefulShutdown()
      let refusal = await peer.readResponse()
      #expect(refusal.hasPrefix("HTTP/1.1 503 "))
      #expect(refusal.lowercased().contains("connection: close\r\n"))
      #expect(refusal.contains("the server is shutting down"))
      #expect(await peer.readToEnd().isEmpty)
    }
  }

  /// The head of a request has arrived, but not its end.
  @Test func incompleteRequestIsRefusedAtShutdown() async throws {
    try await StreamServer.run { server in
      let peer = try await RawPeer(port: server.port)
      let quick = "GET /xrpc/com.example.thing.getThing?actor=a.example HTTP/1.1\r\nHost: a\r\n\r\n"
      let half = RawPeer.handshake(StreamServer.watch, ["Content-Length": "10"])
      try await peer.send(quick + half)
      // Both heads arrived together: when the first request is answered, the second one has been
      // read.
      #expect(await peer.readResponse().hasPrefix("HTTP/1.1 200 "))
      await server.services.triggerGracefulShutdown()
      #expect(await peer.readResponse().hasPrefix("HTTP/1.1 503 "))
      #expect(await peer.readToEnd().isEmpty)
    }
  }

  /// After a request that is still being answered; its response says that it is the last one.
  @Test func waitingStreamIsClosedAtShutdown() async throws {
    let (begun, hasBegun) = AsyncStream<Void>.makeStream()
    let (gate, open) = AsyncStream<Void>.makeStream()
    let slow = XRPCRoute.query(Sample.GetThing.self) { _ in
      hasBegun.yield()
      _ = await gate.first { _ in true }
      return .init(text: "late")
    }
    let watch = Self.neverOpened(AsyncStream<Void>.makeStream().1)
    try await StreamServer.run([slow, watch]) { server in
      let peer = try await RawPeer(port: server.port)
      let first = "GET /xrpc/com.example.thing.getThing?actor=a.example HTTP/1.1\r\nHost: a\r\n\r\n"
      try await peer.send(first + RawPeer.handshake(StreamServer.watch))
      _ = await begun.first { _ in true }
      let idle = try await RawPeer(port: server.port)
      await server.services.triggerGracefulShutdown()
      // Idle connections are closed at the shutdown.
      _ = await idle.readToEnd()
      open.yield()
      let answer = await peer.readResponse()
      #expect(answer.hasPrefix("HTTP/1.1 200 "))
      let saysLast = answer.lowercased().contains("connection: close\r\n")
      // The shutdown may reach this connection after the other one, and after the response.
      let rest = String(decoding: await peer.readToEnd(), as: UTF8.self)
      #expect(saysLast ? rest.isEmpty : rest.hasPrefix("HTTP/1.1 503 "))
    }
  }

  /// Returns the first page, and never the next one. The end of the log, from which live
  /// subscribers read, is empty.
  private struct FirstPage: EventLog {
    let kept: [SequencedFrame]
    let isAskedAgain: AsyncStream<Void>.Continuation

    func window() async throws -> ClosedRange<Int>? { 1...1_000 }

    func frames(
      after sequence: Int,
      maximumCount: Int,
      maximumBytes: Int
    ) async throws -> [SequencedFrame] {
      if sequence == 0 { return kept }
      if sequence == 1_000 { return [] }
      isAskedAgain.yield()
      try await Task.sleep(for: .seconds(3_600))
      return []
    }

    func wakeUps() -> AsyncStream<Void> { EventSignal().wakeUps() }
  }

  /// What was read from the log is sent, and a close frame gives the reason for the end.
  @Test func replayingStreamEndsAtShutdown() async throws {
    let (asked, isAskedAgain) = AsyncStream<Void>.makeStream()
    let kept = (1...20).map { SequencedFrame.tick($0, padding: 1_000) }
    let broadcast = EventBroadcast(
      log: FirstPage(kept: kept, isAskedAgain: isAskedAgain)
    )
    try await StreamServer.run([broadcast.route]) { server in
      let peer = try await RawPeer(port: server.port)
      try await peer.open(StreamServer.watch + "?cursor=0")
      _ = await asked.first { _ in true }
      await server.services.triggerGracefulShutdown()
      for frame in kept { #expect(await peer.nextFrame()?.payload == frame.bytes) }
      #expect(await peer.nextFrame()?.closeCode == 1001)
    }
  }
}
