import ATProtoHTTP
import ATProtoRepo
import ATProtoSyntax
import HTTPTypes
import Logging
import RelayTestSupport
import ServiceLifecycle
import Testing
import XRPCAsyncHTTPClient
import XRPCServer

@testable import Relay

/// Jetstream over real sockets.
@Suite struct JetstreamSocketTests {
  /// Runs a server with the feed of a fixture.
  private func run(
    _ fixture: JetstreamFixture,
    streams: EventStreamConfiguration = EventStreamConfiguration(),
    _ body: @escaping @Sendable (_ port: Int) async throws -> Void
  ) async throws {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let (ports, continuation) = AsyncStream<Int>.makeStream()
    let server = XRPCServer(
      [fixture.feed.dictionaryRoute],
      webSockets: fixture.feed.webSockets,
      configuration: XRPCServerConfiguration(port: 0, eventStreams: streams),
      logger: logger
    )
    let services = ServiceGroup(
      services: [server.application { continuation.yield($0) }],
      logger: logger
    )
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await services.run() }
      var iterator = ports.makeAsyncIterator()
      let port = try #require(await iterator.next())
      try await body(port)
      await services.triggerGracefulShutdown()
      try await group.waitForAll()
    }
  }

  private static func open(_ port: Int, _ target: String) async throws -> WebSocketOpening {
    try await AsyncHTTPClientTransport.shared.openWebSocket(
      HTTPRequest(method: .get, scheme: "http", authority: "127.0.0.1:\(port)", path: target),
      options: TransportOptions()
    )
  }

  @Test(arguments: [
    ("cursor=x", "cursor is not a valid number of microseconds"),
    ("wantedCollections=app.bsky", "app.bsky"), ("wantedDids=alice.test", "alice.test"),
    ("zstdDictionary=1", "dictionary"),
  ])
  func malformedParametersAreAnsweredWithPlainText(_ query: String, _ text: String) async throws {
    try await run(try JetstreamFixture()) { port in
      guard case .refused(let response) = try await Self.open(port, "/subscribe?\(query)") else {
        Issue.record("the WebSocket is opened")
        return
      }
      #expect(response.head.status == .badRequest)
      #expect(response.head.headerFields[.contentType] == "text/plain; charset=utf-8")
      #expect(String(decoding: response.body, as: UTF8.self).contains(text))
    }
  }

  /// The maximum that the protocol allows, with percent-encoded colons.
  @Test func tenThousandAccountsFitInTheURL() async throws {
    let fixture = try JetstreamFixture()
    let account = SimulatedAccount(pds: "http://localhost")
    let other = SimulatedAccount(pds: "http://localhost")
    var dids = (1..<10_000).map { number in
      let digits = String(number, radix: 2).map { $0 == "0" ? "a" : "b" }.joined()
      return "did:plc:" + String(repeating: "c", count: 24 - digits.count) + digits
    }
    dids.append(account.did.string)
    let query = dids.map { "wantedDids=" + $0.replacing(":", with: "%3A") }.joined(separator: "&")
    try await run(fixture) { port in
      let target = "/subscribe?compress=true&\(query)"
      guard case .opened(let messages, _) = try await Self.open(port, target) else {
        Issue.record("the WebSocket is refused")
        return
      }
      fixture.append(other.account, of: other)
      let record = fixture.append(account.account, of: account)
      let event = try #require(JetstreamEvent.events(of: record).first)
      let expected = try ZstdCompressor().compress(event.json(.one))
      #expect(try await messages.first { _ in true } == expected)
    }
  }

  /// jetstream #170.
  @Test func subscriberOutlivesManyPingsWithoutEvents() async throws {
    let fixture = try JetstreamFixture()
    let account = SimulatedAccount(pds: "http://localhost")
    let streams = EventStreamConfiguration(pingInterval: .milliseconds(800))
    try await run(fixture, streams: streams) { port in
      guard case .opened(let messages, _) = try await Self.open(port, "/subscribe?compress=true")
      else {
        Issue.record("the WebSocket is refused")
        return
      }
      // The server closes a connection after two intervals without an answer.
      try await Task.sleep(for: .seconds(4))
      fixture.append(account.account, of: account)
      #expect(try await messages.first { _ in true } != nil)
    }
  }
}
