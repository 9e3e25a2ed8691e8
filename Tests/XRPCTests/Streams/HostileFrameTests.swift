import Testing
import XRPCServer

/// What a client must not send, over a socket: each connection gets the close code of RFC 6455,
/// 7.4.1, and the server keeps running.
@Suite struct HostileFrameTests {
  struct Attack: Sendable, CustomTestStringConvertible {
    var name: String
    var bytes: [UInt8]
    var code: Int
    var testDescription: String { name }
  }

  static let maximumBytes = 1_000
  private static let much = [UInt8](repeating: 0x61, count: maximumBytes)

  static let attacks = [
    Attack(name: "unmasked", bytes: RawPeer.frame(2, [1], masked: false), code: 1002),
    Attack(name: "unmasked ping", bytes: RawPeer.frame(9, masked: false), code: 1002),
    Attack(name: "reserved bits", bytes: [0xC2, 0x80, 1, 2, 3, 4], code: 1002),
    Attack(name: "unknown opcode", bytes: RawPeer.frame(3), code: 1002),
    Attack(name: "unknown control opcode", bytes: RawPeer.frame(11), code: 1002),
    Attack(name: "continuation without a message", bytes: RawPeer.frame(0, [1]), code: 1002),
    Attack(
      name: "message between fragments",
      bytes: RawPeer.frame(2, [1], final: false) + RawPeer.frame(2, [2]),
      code: 1002
    ),
    Attack(name: "fragmented ping", bytes: RawPeer.frame(9, final: false), code: 1002),
    Attack(
      name: "long ping",
      bytes: RawPeer.frame(9, [UInt8](repeating: 0, count: 126)),
      code: 1002
    ),
    Attack(name: "close with one byte", bytes: RawPeer.frame(8, [3]), code: 1002),
    Attack(name: "close with 1005", bytes: RawPeer.frame(8, [0x03, 0xED]), code: 1002),
    Attack(
      name: "close with a reason that is not UTF-8",
      bytes: RawPeer.frame(8, [0x03, 0xE8, 0xFF]),
      code: 1007
    ),
    Attack(name: "text that is not UTF-8", bytes: RawPeer.frame(1, [0xC3, 0x28]), code: 1007),
    Attack(
      name: "text that is not UTF-8 when its fragments are joined",
      bytes: RawPeer.frame(1, [0xC3], final: false) + RawPeer.frame(0, [0x28]),
      code: 1007
    ),
    Attack(name: "oversized", bytes: RawPeer.frame(2, much + [0]), code: 1009),
    Attack(
      name: "declared length of 2^62 bytes",
      bytes: [0x82, 0xFF, 0x40, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4],
      code: 1009
    ),
    Attack(
      name: "oversized when its fragments are joined",
      bytes: RawPeer.frame(2, much, final: false) + RawPeer.frame(0, [0]),
      code: 1009
    ),
  ]

  private func withWatched(
    _ body: @escaping @Sendable (StreamServer, EventBroadcast, MemoryEventLog) async throws -> Void
  ) async throws {
    let log = MemoryEventLog()
    let broadcast = EventBroadcast(log: log)
    let streams = EventStreamConfiguration(maximumMessageBytes: Self.maximumBytes)
    try await StreamServer.run([broadcast.route], streams: streams) { server in
      try await body(server, broadcast, log)
    }
  }

  @Test(arguments: attacks)
  func hostileFramesCloseTheConnection(_ attack: Attack) async throws {
    try await withWatched { server, broadcast, log in
      let bystander = try await RawPeer(port: server.port)
      try await bystander.open(StreamServer.watch)
      let peer = try await RawPeer(port: server.port)
      #expect(try await peer.open(StreamServer.watch).contains(" 101 "))
      try await peer.send(attack.bytes)
      let answer = try #require(await peer.nextFrame())
      #expect(answer.closeCode == attack.code)
      #expect(await peer.readToEnd().isEmpty)
      log.append([.tick(1)])
      #expect(await bystander.nextFrame()?.payload == SequencedFrame.tick(1).bytes)
    }
  }

  /// "Servers should ignore any frames received from the client" (Event Stream specification,
  /// "Framing").
  @Test func messagesOfTheClientAreIgnored() async throws {
    try await withWatched { server, broadcast, log in
      let peer = try await RawPeer(port: server.port)
      try await peer.open(StreamServer.watch)
      try await peer.send(RawPeer.frame(1, Array("é".utf8)) + RawPeer.frame(2, Self.much))
      try await peer.send(RawPeer.frame(1, [0xC3], final: false))
      try await peer.send(RawPeer.frame(9, [1, 2, 3]))
      try await peer.send(RawPeer.frame(0, [0xA9]) + RawPeer.frame(10))
      #expect(await peer.nextFrame() == RawPeer.Frame(opcode: 10, payload: [1, 2, 3]))
      log.append([.tick(1)])
      #expect(await peer.nextFrame()?.payload == SequencedFrame.tick(1).bytes)
    }
  }

  /// Connections leave nothing open, however they end.
  @Test func closedStreamsLeaveNoDescriptors() async throws {
    try await withWatched { server, _, _ in
      for round in 0..<250 {
        for way in 0..<4 {
          let peer = try await RawPeer(port: server.port)
          if way > 0 { try await peer.open(StreamServer.watch) }
          switch way {
          case 1: try await peer.send(RawPeer.frame(8, [0x03, 0xE8]))
          case 2: try await peer.send(Self.attacks[round % Self.attacks.count].bytes)
          case 3: try await peer.send([0x82])
          default: try await peer.send("GET ")
          }
          if way == 1 || way == 2 { _ = await peer.readToEnd() }
          try? await peer.close()
        }
      }
      // The server's loop is notified of the last closed connections a moment later.
      try await until { try socketCount(at: server.port) == 1 }
    }
  }
}
