import NIOCore
import Synchronization
import Testing
import XRPC
import XRPCServer

@Suite struct WebSocketRouteTests {
  /// Sends back what the client sends, in the same form.
  private final class Echo: WebSocketSource {
    private let frames: AsyncStream<ByteBuffer>
    private let continuation: AsyncStream<ByteBuffer>.Continuation
    let closings = Atomic(0)

    init() {
      (frames, continuation) = AsyncStream.makeStream()
    }

    func next() async throws -> [ByteBuffer]? {
      var iterator = frames.makeAsyncIterator()
      return await iterator.next().map { [$0] }
    }

    func received(_ message: WebSocketMessage) async throws {
      switch message {
      case .text("end"): continuation.finish()
      case .text("fail"): throw WebSocketClosing(code: 4000, reason: "as you wish")
      case .text("refuse"): throw XRPCServerError.invalidRequest("not that")
      case .text(let text): continuation.yield(WebSocketFrames.text(text))
      case .binary(let bytes): continuation.yield(WebSocketFrames.binary(bytes))
      }
    }

    func closed() { closings.add(1, ordering: .relaxed) }
  }

  private static func echo(_ echo: Echo = Echo()) -> WebSocketRoute {
    WebSocketRoute(path: "/echo", subprotocols: ["two", "one"], maximumMessageBytes: 1_000) { _ in
      echo
    }
  }

  private func text(_ text: String) -> [UInt8] { RawPeer.frame(1, Array(text.utf8)) }

  @Test func messagesKeepTheirOrderAndForm() async throws {
    try await StreamServer.run(webSockets: [Self.echo()]) { server in
      let peer = try await RawPeer(port: server.port)
      #expect(try await peer.open("/echo").hasPrefix("HTTP/1.1 101 "))
      try await peer.send(text("one") + RawPeer.frame(2, [1, 2, 3]) + text("two"))
      #expect(await peer.nextFrame() == RawPeer.Frame(opcode: 1, payload: Array("one".utf8)))
      #expect(await peer.nextFrame() == RawPeer.Frame(opcode: 2, payload: [1, 2, 3]))
      #expect(await peer.nextFrame() == RawPeer.Frame(opcode: 1, payload: Array("two".utf8)))
    }
  }

  @Test(arguments: [("end", 1000), ("fail", 4000), ("refuse", 1008)])
  func socketClosesWithTheCodeOfItsSource(_ message: String, _ code: Int) async throws {
    let echo = Echo()
    try await StreamServer.run(webSockets: [Self.echo(echo)]) { server in
      let peer = try await RawPeer(port: server.port)
      try await peer.open("/echo")
      try await peer.send(text(message))
      #expect(await peer.nextFrame()?.closeCode == code)
      try await peer.close()
      try await until { echo.closings.load(ordering: .relaxed) == 1 }
      try await until { server.registry.entries.isEmpty }
    }
  }

  /// Some clients take any close frame for the end.
  @Test func socketThatIsNotClosedInOrderIsDropped() async throws {
    let echo = Echo()
    let route = WebSocketRoute(path: "/echo", closesInOrder: false) { _ in echo }
    try await StreamServer.run(webSockets: [route]) { server in
      let peer = try await RawPeer(port: server.port)
      try await peer.open("/echo")
      try await peer.send(text("end"))
      #expect(await peer.nextFrame() == nil)
    }
  }

  @Test func refusalIsPlainText() async throws {
    let route = WebSocketRoute(path: "/no") { _ in throw WebSocketRefusal(text: "not today") }
    try await StreamServer.run(webSockets: [route]) { server in
      let peer = try await RawPeer(port: server.port)
      try await peer.send(RawPeer.handshake("/no"))
      let answer = await peer.readResponse()
      #expect(answer.hasPrefix("HTTP/1.1 400 "))
      #expect(answer.lowercased().contains("content-type: text/plain"))
      #expect(answer.hasSuffix("not today"))
    }
  }

  @Test func longTargetIsAllowedOnlyForItsRoute() async throws {
    let echo = Echo()
    let long = WebSocketRoute(path: "/long", maximumTargetBytes: 512 << 10) { _ in echo }
    try await StreamServer.run(webSockets: [Self.echo(), long]) { server in
      func answer(_ path: String, _ length: Int, field: Int = 0) async throws -> String {
        let peer = try await RawPeer(port: server.port)
        let fields = ["X-Text": String(repeating: "x", count: field)]
        let target = "\(path)?a=" + String(repeating: "a", count: length)
        try await peer.send(RawPeer.handshake(target, fields))
        return String(await peer.readHead().prefix(12))
      }
      let accepted = try await answer("/long", 500_000)
      #expect(accepted == "HTTP/1.1 101")
      #expect(try await answer("/long", 530_000) == "HTTP/1.1 431")
      #expect(try await answer("/long", 10, field: 100_000) == "HTTP/1.1 431")
      for path in ["/echo", "/other", "/xrpc/_health", "/longer"] {
        #expect(try await answer(path, 100_000) == "HTTP/1.1 431")
      }
      #expect(try await answer("/echo", 10_000) == "HTTP/1.1 101")
    }
  }

  @Test func tooLongMessageClosesTheSocket() async throws {
    try await StreamServer.run(webSockets: [Self.echo()]) { server in
      let peer = try await RawPeer(port: server.port)
      try await peer.open("/echo")
      try await peer.send(text(String(repeating: "x", count: 1_001)))
      #expect(await peer.nextFrame()?.closeCode == 1009)
    }
  }

  @Test func preferredSubprotocolIsAgreedOn() async throws {
    try await StreamServer.run(webSockets: [Self.echo()]) { server in
      func answer(_ named: String) async throws -> String {
        let peer = try await RawPeer(port: server.port)
        try await peer.send(RawPeer.handshake("/echo", ["Sec-WebSocket-Protocol": named]))
        return await peer.readHead().lowercased()
      }
      #expect(try await answer("one, two").contains("sec-websocket-protocol: two\r\n"))
      #expect(try await answer("one").contains("sec-websocket-protocol: one\r\n"))
      let other = try await answer("three")
      #expect(other.hasPrefix("http/1.1 101 ") && !other.contains("sec-websocket-protocol"))
    }
  }

  @Test func sourceSeesTheDecodedQuery() async throws {
    let seen = Mutex<[String]>([])
    let route = WebSocketRoute(path: "/query") { request in
      seen.withLock { $0 = request.query.map { "\($0.name)=\($0.value)" } }
      throw XRPCServerError.invalidRequest("seen")
    }
    try await StreamServer.run(webSockets: [route]) { server in
      let peer = try await RawPeer(port: server.port)
      try await peer.send(RawPeer.handshake("/query?a=1&b=x%20y&a=2&c"))
      let answer = await peer.readResponse()
      #expect(answer.hasPrefix("HTTP/1.1 400 "))
      #expect(answer.contains("seen"))
      #expect(seen.withLock { $0 } == ["a=1", "b=x y", "a=2", "c="])
    }
  }

  @Test func otherRequestsToThePathAreRefused() async throws {
    try await StreamServer.run(webSockets: [Self.echo()]) { server in
      let plain = try await RawPeer(port: server.port)
      try await plain.send("GET /echo HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
      #expect(await plain.readResponse().hasPrefix("HTTP/1.1 426 "))
      let broken = try await RawPeer(port: server.port)
      try await broken.send(RawPeer.handshake("/echo?a=%f"))
      #expect(await broken.readResponse().hasPrefix("HTTP/1.1 400 "))
    }
  }

  /// A source that never takes a message: the client is stopped by TCP, and others are not affected.
  private struct Stubborn: WebSocketSource {
    func next() async throws -> [ByteBuffer]? {
      try await Task.sleep(for: .seconds(3_600))
      return nil
    }

    func received(_ message: WebSocketMessage) async throws {
      try await Task.sleep(for: .seconds(3_600))
    }
  }

  private final class Count: Sendable {
    let value = Atomic(0)
  }

  @Test func clientWaitsForASourceThatDoesNotKeepUp() async throws {
    let route = WebSocketRoute(path: "/stubborn") { _ in Stubborn() }
    try await StreamServer.run(webSockets: [route]) { server in
      let peer = try await RawPeer(port: server.port)
      try await peer.open("/stubborn")
      let message = RawPeer.frame(2, [UInt8](repeating: 0, count: 60_000))
      let sent = Count()
      let sending = Task {
        for _ in 0..<1_000 {
          try await peer.send(message)
          sent.value.add(1, ordering: .relaxed)
        }
      }
      var last = -1
      while sent.value.load(ordering: .relaxed) != last {
        last = sent.value.load(ordering: .relaxed)
        try await Task.sleep(for: .milliseconds(200))
      }
      #expect(last < 1_000)
      sending.cancel()
      try await peer.close()
      _ = await sending.result
    }
  }
}
