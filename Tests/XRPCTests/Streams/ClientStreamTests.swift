import ATProtoHTTP
import NIOCore
import Testing
import XRPC
import XRPCAsyncHTTPClient
import XRPCClient
import XRPCServer

/// The client's end of WebSockets, against our server and against servers that are not WebSocket
/// servers.
@Suite struct ClientStreamTests {
  typealias Watch = Sample.Watch

  static func client(
    _ port: Int,
    _ transport: any HTTPTransport = AsyncHTTPClientTransport.shared
  ) throws -> XRPCClient {
    XRPCClient(
      service: try #require(ServiceEndpoint("http://127.0.0.1:\(port)")),
      transport: transport
    )
  }

  @Test func streamYieldsMessagesThenTheError() async throws {
    try await StreamServer.run { server in
      let events = try await Self.client(server.port).subscribe(Watch.self, .init(cursor: 5))
      var messages: [Watch.Message] = []
      let error = await #expect(throws: XRPCStreamError.self) {
        for try await message in events { messages.append(message) }
      }
      #expect(error?.body == XRPCErrorBody(name: "ConsumerTooSlow", message: "bye"))
      #expect(Array(messages.prefix(3)) == [5, 6, 7].map { .tick(Watch.Tick(seq: $0)) })
    }
  }

  @Test func refusedStreamThrowsTheFailure() async throws {
    try await StreamServer.run { server in
      let client = try Self.client(server.port)
      let body = XRPCErrorBody(name: "AuthenticationRequired", message: "Authentication Required")
      await #expect(
        throws: XRPCError<UnknownFailure>.failure(UnknownFailure(body), status: 401)
      ) { _ = try await client.subscribe(Watch.self, .init()) }
    }
    try await StreamServer.run([]) { server in
      let client = try Self.client(server.port)
      let error = await #expect(throws: XRPCError<UnknownFailure>.self) {
        _ = try await client.subscribe(Watch.self, .init())
      }
      #expect(error?.status == 501)
    }
  }

  /// A name that resolves to this machine is refused before a connection is made.
  @Test func guardedTransportRefusesLoopback() async throws {
    try await StreamServer.run { server in
      let refused = TransportError(code: .refusedAddress, reason: "")
      let strict = try Self.client(server.port, GuardedTransport())
      await #expect(throws: XRPCError<UnknownFailure>.transport(refused)) {
        _ = try await strict.subscribe(Watch.self, .init(cursor: 1))
      }
      let lenient = try Self.client(server.port, GuardedTransport(policy: .development))
      var iterator = try await lenient.subscribe(Watch.self, .init(cursor: 1)).makeAsyncIterator()
      #expect(try await iterator.next() == .tick(Watch.Tick(seq: 1)))
    }
  }

  struct Script: Sendable, CustomTestStringConvertible {
    var name: String
    var bytes: [UInt8]
    var closes = false
    /// Ticks that arrive before the end.
    var count = 0
    /// Nil if the stream ends normally.
    var code: TransportError.Code?
    var testDescription: String { name }
  }

  static let tick = SequencedFrame.tick(1).bytes

  static func frame(_ opcode: UInt8, _ payload: [UInt8] = [], _ final: Bool = true) -> [UInt8] {
    ScriptedServer.frame(opcode, payload, final: final)
  }

  static let scripts = [
    Script(name: "frames right after the response", bytes: frame(2, tick) + frame(8), count: 1),
    Script(
      name: "fragments with a ping between them",
      bytes: frame(2, Array(tick.prefix(3)), false) + frame(9) + frame(0, [], false)
        + frame(0, Array(tick.dropFirst(3))) + frame(8, [0x03, 0xE9]),
      count: 1
    ),
    Script(
      name: "no close frame",
      bytes: frame(2, tick),
      closes: true,
      count: 1,
      code: .connectionLost
    ),
    Script(name: "truncated frame", bytes: [0x82, 0x05, 0], closes: true, code: .connectionLost),
    Script(name: "masked", bytes: RawPeer.frame(2, tick), code: .connectionLost),
    Script(name: "text", bytes: frame(1, [0x61]), code: .connectionLost),
    Script(name: "reserved bits", bytes: [0xC2, 0x00], code: .connectionLost),
    Script(name: "unknown opcode", bytes: [0x83, 0x00], code: .connectionLost),
    Script(name: "continuation without a message", bytes: frame(0, tick), code: .connectionLost),
    Script(
      name: "message between fragments",
      bytes: frame(2, tick, false) + frame(2, tick),
      code: .connectionLost
    ),
    Script(name: "fragmented ping", bytes: [0x09, 0x00], code: .connectionLost),
    Script(
      name: "long ping",
      bytes: frame(9, [UInt8](repeating: 0, count: 126)),
      code: .connectionLost
    ),
    Script(name: "close with one byte", bytes: frame(8, [3]), code: .connectionLost),
    Script(
      name: "close with an invalid code",
      bytes: frame(8, [3, 0xED]),
      code: .connectionLost
    ),
    Script(name: "internal error", bytes: frame(8, [3, 0xF3]), code: .connectionLost),
    Script(
      name: "a frame over 5 MB",
      bytes: [0x82, 127, 0, 0, 0, 0, 0, 0x50, 0, 1],
      code: .responseTooLarge
    ),
    Script(
      name: "a frame of 2^63 bytes",
      bytes: [0x82, 127, 0x80, 0, 0, 0, 0, 0, 0, 0],
      code: .responseTooLarge
    ),
    Script(
      name: "fragments over 5 MB",
      bytes: frame(2, tick, false) + [0x00, 127, 0, 0, 0, 0, 0, 0x50, 0, 0]
        + [UInt8](repeating: 0, count: 5 << 20),
      code: .responseTooLarge
    ),
  ]

  @Test(arguments: scripts)
  func framesAreDecodedOrRefused(_ script: Script) async throws {
    try await ScriptedServer.run([script.bytes], closes: script.closes) { server in
      let events = try await Self.client(server.port).subscribe(Watch.self, .init())
      var count = 0
      do {
        for try await message in events {
          #expect(message == .tick(Watch.Tick(seq: 1)))
          count += 1
        }
        #expect(script.code == nil)
      } catch let error as TransportError {
        #expect(error.code == script.code, "\(error)")
      }
      #expect(count == script.count)
    }
  }

  @Test func wrongHandshakeIsRefused() async throws {
    try await ScriptedServer.run(accept: false, [[]]) { server in
      let lost = TransportError(code: .connectionLost, reason: "")
      let client = try Self.client(server.port)
      await #expect(throws: XRPCError<UnknownFailure>.transport(lost)) {
        _ = try await client.subscribe(Watch.self, .init())
      }
    }
  }

  @Test func openingTimesOut() async throws {
    // Listens, and never responds.
    try await ScriptedServer.run([[]]) { server in
      let client = try Self.client(server.port)
      let opening = Task { try await client.subscribe(Watch.self, .init()) }
      var iterator = try await opening.value.makeAsyncIterator()
      let waiting = Task { try await iterator.next() }
      waiting.cancel()
      #expect(try await waiting.value == nil)
    }
    let port = try await RawListener.silent()
    let client = try Self.client(port.port)
    let timedOut = TransportError(code: .timedOut, reason: "")
    await #expect(throws: XRPCError<UnknownFailure>.transport(timedOut)) {
      _ = try await client.subscribe(
        Watch.self,
        .init(),
        options: CallOptions(timeout: .milliseconds(50))
      )
    }
    try await port.channel.close()
  }
}
