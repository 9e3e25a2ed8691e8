import ATProtoData
import HTTPTypes
import Testing
import XRPC
import XRPCServer

/// The server's end of WebSockets, seen from a raw socket.
@Suite struct ServerStreamTests {
  static let watch = StreamServer.watch

  @Test func streamSendsMessagesThenTheErrorFrame() async throws {
    try await StreamServer.run { server in
      let peer = try await RawPeer(port: server.port)
      let head = try await peer.open("\(Self.watch)?cursor=5")
      #expect(head.hasPrefix("HTTP/1.1 101 "))
      // RFC 6455, 1.3: the response to the key in its example.
      #expect(head.lowercased().contains("sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo="))
      for sequence in 5...7 {
        #expect(
          await peer.nextFrame()
            == RawPeer.Frame(opcode: 2, payload: SequencedFrame.tick(sequence).bytes)
        )
      }
      _ = await peer.nextFrame()
      let last = try #require(await peer.nextFrame())
      #expect(
        try EventStreamFrame(bytes: last.payload)
          == .error(XRPCErrorBody(name: "ConsumerTooSlow", message: "bye"))
      )
      #expect(await peer.nextFrame()?.closeCode == 1000)
      try await peer.send(RawPeer.frame(8, [0x03, 0xE8]))
      #expect(await peer.readToEnd().isEmpty)
    }
  }

  struct Refusal: Sendable, CustomTestStringConvertible {
    var name: String
    var path = watch + "?cursor=1"
    var fields: [String: String] = [:]
    var verb = "GET"
    var status: Int
    var says: String
    var testDescription: String { name }
  }

  static let refusals = [
    Refusal(
      name: "no key",
      fields: ["Sec-WebSocket-Key": ""],
      status: 400,
      says: "Sec-WebSocket-Key"
    ),
    Refusal(
      name: "short key",
      fields: ["Sec-WebSocket-Key": "AAAA"],
      status: 400,
      says: "Sec-WebSocket-Key"
    ),
    Refusal(
      name: "wrong version",
      fields: ["Sec-WebSocket-Version": "8"],
      status: 426,
      says: "Sec-WebSocket-Version: 13"
    ),
    Refusal(
      name: "no version",
      fields: ["Sec-WebSocket-Version": ""],
      status: 426,
      says: "Sec-WebSocket-Version: 13"
    ),
    Refusal(name: "wrong protocol", fields: ["Upgrade": "h2c"], status: 426, says: "WebSocket"),
    Refusal(name: "no upgrade", fields: ["Upgrade": ""], status: 426, says: "websocket"),
    Refusal(
      name: "no Connection",
      fields: ["Connection": "close"],
      status: 400,
      says: "Connection"
    ),
    Refusal(name: "as POST", verb: "POST", status: 405, says: "Allow: GET"),
    Refusal(
      name: "malformed cursor",
      path: watch + "?cursor=x",
      status: 400,
      says: "InvalidRequest"
    ),
    Refusal(name: "unauthorized", path: watch, status: 401, says: "AuthenticationRequired"),
    Refusal(name: "no method", path: "/xrpc/com.example.thing.none", status: 501, says: "Method"),
    Refusal(
      name: "a query",
      path: "/xrpc/com.example.thing.getThing?actor=a.example",
      status: 200,
      says: "actor=a.example"
    ),
  ]

  @Test func invalidHandshakesAreRefused() async throws {
    try await StreamServer.run { server in
      for refusal in Self.refusals {
        let peer = try await RawPeer(port: server.port)
        let request = RawPeer.handshake(refusal.path, refusal.fields)
        try await peer.send(refusal.verb + request.dropFirst(3))
        let response = await peer.readResponse()
        let name = Comment(rawValue: "\(refusal.name): \(response)")
        #expect(response.hasPrefix("HTTP/1.1 \(refusal.status) "), name)
        #expect(response.contains(refusal.says), name)
      }
    }
  }

  /// Requests before the upgrade are answered on the same connection.
  @Test func connectionCanUpgradeAfterOtherRequests() async throws {
    try await StreamServer.run { server in
      let peer = try await RawPeer(port: server.port)
      let query = "GET /xrpc/com.example.thing.getThing?actor=a.example HTTP/1.1\r\nHost: a\r\n\r\n"
      try await peer.send(query + query + RawPeer.handshake(Self.watch + "?cursor=3"))
      for _ in 1...2 {
        #expect(await peer.readResponse().hasPrefix("HTTP/1.1 200 "))
      }
      #expect(await peer.readHead().hasPrefix("HTTP/1.1 101 "))
      #expect(await peer.nextFrame()?.payload == SequencedFrame.tick(3).bytes)
    }
  }
}
