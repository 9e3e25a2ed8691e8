import Testing
import XRPC
import XRPCServer

@Suite struct StreamRegistryTests {
  @Test func openStreamsAreListedUntilTheyClose() async throws {
    let broadcast = EventBroadcast(log: MemoryEventLog())
    try await StreamServer.run([broadcast.route]) { server in
      #expect(server.registry.entries.isEmpty)
      let peer = try await RawPeer(port: server.port)
      let agent = String(repeating: "a", count: 300)
      try await peer.send(
        RawPeer.handshake("\(StreamServer.watch)?cursor=0", ["User-Agent": agent])
      )
      #expect(await peer.readHead().hasPrefix("HTTP/1.1 101 "))
      let entry = try #require(server.registry.entries.first)
      #expect(entry.path == StreamServer.watch)
      #expect(entry.remoteAddress == "127.0.0.1")
      #expect(entry.userAgent == String(repeating: "a", count: 256))
      #expect(entry.eventsSent == 0)
      try await peer.close()
      try await until { server.registry.entries.isEmpty }
    }
  }

  @Test func eventsFromTheLogAndFromMemoryAreCounted() async throws {
    let log = MemoryEventLog()
    log.append((1...3).map { .tick($0) })
    let broadcast = EventBroadcast(log: log)
    try await StreamServer.run([broadcast.route]) { server in
      let peer = try await RawPeer(port: server.port)
      try await peer.open("\(StreamServer.watch)?cursor=0")
      for _ in 1...3 { _ = await peer.nextFrame() }
      log.append(.tick(4))
      _ = await peer.nextFrame()
      try await until { server.registry.entries.first?.eventsSent == 4 }
    }
  }

  @Test func refusedRequestsAreNotListed() async throws {
    try await StreamServer.run { server in
      let peer = try await RawPeer(port: server.port)
      let answer = try await peer.open("\(StreamServer.watch)?cursor=many")
      #expect(!answer.hasPrefix("HTTP/1.1 101 ") || server.registry.count == 1)
      try? await peer.close()
      try await until { server.registry.entries.isEmpty }
    }
  }
}
