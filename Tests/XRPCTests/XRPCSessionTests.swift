import ATProtoData
import ATProtoHTTP
import ATProtoSyntax
import HTTPTypes
import Synchronization
import Testing
import XRPC
import XRPCClient

@Suite struct XRPCSessionTests {
  /// A server whose access tokens are `access-N`; only the newest is valid.
  final class Server: Sendable {
    struct State {
      var generation = 0
      var refreshes = 0
      var refusal: HTTPTransportResponse?
      var did = "did:plc:me"
      var holdsRefreshes = false
    }

    let state = Mutex(State())

    var transport: ScriptedTransport {
      ScriptedTransport { request, _ in await self.answer(request) }
    }

    func expire() { state.withLock { $0.generation += 1 } }

    private func answer(_ request: HTTPRequest) async -> HTTPTransportResponse {
      let token = request.headerFields[.authorization] ?? ""
      switch request.path {
      case "/xrpc/com.atproto.server.createSession":
        return session()
      case "/xrpc/com.atproto.server.refreshSession":
        let refusal = state.withLock { state -> HTTPTransportResponse? in
          state.refreshes += 1
          return state.refusal
        }
        // Long enough for every waiting call to arrive.
        repeat {
          try? await Task.sleep(for: .milliseconds(20))
        } while state.withLock { $0.holdsRefreshes }
        if let refusal { return refusal }
        let isKnown = state.withLock { token == "Bearer refresh-\($0.generation - 1)" }
        return isKnown ? session() : .json(#"{"error":"ExpiredToken"}"#, status: .badRequest)
      case "/xrpc/com.atproto.server.deleteSession":
        return HTTPTransportResponse(head: HTTPResponse(status: .ok))
      default:
        let isGood = state.withLock { token == "Bearer access-\($0.generation)" }
        return isGood
          ? .json(#"{"text":"x"}"#) : .json(#"{"error":"ExpiredToken"}"#, status: .badRequest)
      }
    }

    private func session() -> HTTPTransportResponse {
      let (generation, did) = state.withLock { ($0.generation, $0.did) }
      return .json(
        #"{"did":"\#(did)","handle":"me.example","accessJwt":"access-\#(generation)","#
          + #""refreshJwt":"refresh-\#(generation)","active":true}"#
      )
    }
  }

  private func loggedIn(
    _ server: Server,
    _ transport: ScriptedTransport,
    observer: XRPCSession.Observer? = nil
  ) async throws -> XRPCClient {
    let client = XRPCClient(service: XRPCClientTests.service, transport: transport)
    return try await client.login(
      identifier: "me.example",
      password: "secret",
      observer: observer
    )
  }

  private func call(_ client: XRPCClient) async throws(XRPCError<Sample.GetThing.Failure>) {
    _ = try await client.query(Sample.GetThing.self, .init(actor: "a.example"))
  }

  @Test func concurrentCallsShareOneRenewal() async throws {
    let server = Server()
    let transport = server.transport
    let seen = Mutex<[String?]>([])
    let client = try await loggedIn(server, transport) { tokens in
      seen.withLock { $0.append(tokens?.access) }
    }
    server.expire()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<50 { group.addTask { try await call(client) } }
      try await group.waitForAll()
    }
    #expect(server.state.withLock { $0.refreshes } == 1)
    #expect(seen.withLock { $0 } == ["access-0", "access-1"])
    server.expire()
    try await call(client)
    #expect(server.state.withLock { $0.refreshes } == 2)
  }

  @Test func sessionEndsWhenTheServerRefusesRenewal() async throws {
    let server = Server()
    let client = try await loggedIn(server, server.transport)
    server.expire()
    server.state.withLock { $0.refusal = .json(#"{"error":"ExpiredToken"}"#, status: .badRequest) }
    let ended = TransportError(code: .sessionEnded, reason: "")
    for _ in 1...2 {
      await #expect(throws: XRPCError<Sample.GetThing.Failure>.transport(ended)) {
        try await call(client)
      }
      #expect(await client.session?.tokens == nil)
    }
    #expect(server.state.withLock { $0.refreshes } == 1)
  }

  /// Tokens of another account are not accepted, whoever sends them.
  @Test func sessionEndsWhenRenewalReturnsAnotherAccount() async throws {
    let server = Server()
    let client = try await loggedIn(server, server.transport)
    server.expire()
    server.state.withLock { $0.did = "did:plc:other" }
    await #expect(throws: XRPCError<Sample.GetThing.Failure>.self) { try await call(client) }
    #expect(await client.session?.tokens == nil)
  }

  @Test func sessionSurvivesAnUnreachableServer() async throws {
    let server = Server()
    let client = try await loggedIn(server, server.transport)
    server.expire()
    server.state.withLock {
      $0.refusal = HTTPTransportResponse(.badGateway, "text/html", "<h1>down</h1>")
    }
    await #expect(throws: XRPCError<Sample.GetThing.Failure>.self) { try await call(client) }
    server.state.withLock { $0.refusal = nil }
    try await call(client)
  }

  @Test func canceledCallDoesNotAbortTheRenewal() async throws {
    let server = Server()
    let client = try await loggedIn(server, server.transport)
    server.expire()
    server.state.withLock { $0.holdsRefreshes = true }
    let first = Task { try await call(client) }
    while server.state.withLock({ $0.refreshes }) == 0 { await Task.yield() }
    let second = Task { try await call(client) }
    first.cancel()
    let cancelled = TransportError(code: .cancelled, reason: "")
    await #expect(throws: XRPCError<Sample.GetThing.Failure>.transport(cancelled)) {
      try await first.value
    }
    server.state.withLock { $0.holdsRefreshes = false }
    try await second.value
    #expect(server.state.withLock { $0.refreshes } == 1)
  }

  @Test func callWaitingForARenewalTimesOut() async throws {
    let server = Server()
    let client = try await loggedIn(server, server.transport)
    server.expire()
    server.state.withLock { $0.holdsRefreshes = true }
    let timedOut = TransportError(code: .timedOut, reason: "")
    await #expect(throws: XRPCError<Sample.GetThing.Failure>.transport(timedOut)) {
      try await client.query(
        Sample.GetThing.self,
        .init(actor: "a.example"),
        options: CallOptions(timeout: .milliseconds(30))
      )
    }
    server.state.withLock { $0.holdsRefreshes = false }
    try await call(client)
  }

  @Test func logoutEndsTheSession() async throws {
    let server = Server()
    let transport = server.transport
    let client = try await loggedIn(server, transport)
    try await client.logout()
    #expect(transport.requests.last?.headerFields[.authorization] == "Bearer refresh-0")
    await #expect(throws: XRPCError<Sample.GetThing.Failure>.self) { try await call(client) }
    // The second time, there is nothing to do.
    try await client.logout()
    #expect(transport.requests.count == 2)
  }
}
