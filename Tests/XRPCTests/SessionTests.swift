import ATProtoData
import ATProtoSyntax
import HTTPTypes
import Synchronization
import TestSupport
import Testing
import XRPC
import XRPCClient

@Suite struct SessionTests {
  /// A server whose access tokens are `access-N`, of which only the newest is good.
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
    let client = XRPCClient(service: ClientTests.service, transport: transport)
    return try await client.login(
      identifier: "me.example",
      password: "secret",
      observer: observer
    )
  }

  private func call(_ client: XRPCClient) async throws(XRPCError<Sample.GetThing.Failure>) {
    _ = try await client.query(Sample.GetThing.self, .init(actor: "a.example"))
  }

  @Test func renewsOnceForManyWaitingCalls() async throws {
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

  @Test func endsWhenTheServerWillNotRenew() async throws {
    let server = Server()
    let client = try await loggedIn(server, server.transport)
    server.expire()
    server.state.withLock { $0.refusal = .json(#"{"error":"ExpiredToken"}"#, status: .badRequest) }
    let expired = XRPCErrorBody(name: "ExpiredToken")
    await #expect(
      throws: XRPCError<Sample.GetThing.Failure>.failure(.unknown(expired), status: 400)
    ) { try await call(client) }
    #expect(await client.session?.tokens == nil)
    let ended = TransportError(code: .sessionEnded, reason: "")
    await #expect(throws: XRPCError<Sample.GetThing.Failure>.transport(ended)) {
      try await call(client)
    }
    #expect(server.state.withLock { $0.refreshes } == 1)
  }

  /// The tokens of another account are not taken, whoever sends them.
  @Test func endsWhenTheAccountChanges() async throws {
    let server = Server()
    let client = try await loggedIn(server, server.transport)
    server.expire()
    server.state.withLock { $0.did = "did:plc:other" }
    await #expect(throws: XRPCError<Sample.GetThing.Failure>.self) { try await call(client) }
    #expect(await client.session?.tokens == nil)
  }

  @Test func survivesAServerThatIsDown() async throws {
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

  @Test func aCancelledCallLeavesTheRenewalToTheOthers() async throws {
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

  @Test func aCallDoesNotWaitLongerThanItMay() async throws {
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

  @Test func logsOut() async throws {
    let server = Server()
    let transport = server.transport
    let client = try await loggedIn(server, transport)
    try await client.logout()
    #expect(transport.requests.last?.headerFields[.authorization] == "Bearer refresh-0")
    await #expect(throws: XRPCError<Sample.GetThing.Failure>.self) { try await call(client) }
    // A second time there is nothing to do.
    try await client.logout()
    #expect(transport.requests.count == 2)
  }

  /// Only what a server says of the token or its account ends a session.
  @Test(arguments: [
    (400, #"{"error":"ExpiredToken"}"#, true), (401, #"{"error":"InvalidToken"}"#, true),
    (400, #"{"error":"AccountTakedown"}"#, true), (403, #"{"error":"AccountNotFound"}"#, true),
    (403, #"{"error":"Forbidden"}"#, false), (401, #"{"error":"AuthMissing"}"#, false),
    (400, #"{"error":"InvalidRequest"}"#, false), (403, "<h1>no</h1>", false),
    (429, #"{"error":"RateLimitExceeded"}"#, false), (500, #"{"error":"ExpiredToken"}"#, false),
    (503, "", false),
  ])
  func endsByNameOnly(_ status: Int, _ body: String, _ ends: Bool) async throws {
    let server = Server()
    let store = MemorySessionStore()
    let client = try await keptClient(server, store)
    server.expire()
    server.state.withLock {
      $0.refusal = .json(body, status: HTTPResponse.Status(code: status))
    }
    await #expect(throws: XRPCError<Sample.GetThing.Failure>.self) { try await call(client) }
    #expect((await client.session?.tokens == nil) == ends)
    #expect((await store.load() == nil) == ends)
    server.state.withLock { $0.refusal = nil }
    if !ends { try await call(client) }
  }

  // MARK: Log-out and log-in beside a renewal

  private func keptClient(
    _ server: Server,
    _ store: some SessionStore,
    _ transport: ScriptedTransport? = nil
  ) async throws -> XRPCClient {
    let client = XRPCClient(
      service: ClientTests.service,
      transport: transport ?? server.transport
    )
    return try await client.login(
      identifier: "me.example",
      password: "secret",
      keptIn: store
    ) { Issue.record("\($0)") }
  }

  /// Begins a renewal that the server holds back.
  private func renewing(_ server: Server, _ client: XRPCClient) async -> Task<Void, Never> {
    server.expire()
    server.state.withLock { $0.holdsRefreshes = true }
    let renewal = Task { _ = try? await call(client) }
    while server.state.withLock({ $0.refreshes }) == 0 { await Task.yield() }
    return renewal
  }

  private func release(_ server: Server) async {
    // Whoever waits for the renewal waits by now.
    try? await Task.sleep(for: .milliseconds(50))
    server.state.withLock { $0.holdsRefreshes = false }
  }

  /// The token that the server was last told to forget.
  private func revoked(_ transport: ScriptedTransport) -> String? {
    transport.requests.last { $0.path == "/xrpc/com.atproto.server.deleteSession" }?
      .headerFields[.authorization]
  }

  @Test func logOutRevokesWhatARenewalBrings() async throws {
    let server = Server()
    let transport = server.transport
    let client = try await loggedIn(server, transport)
    let renewal = await renewing(server, client)
    let logout = Task { try await client.logout() }
    await release(server)
    try await logout.value
    await renewal.value
    #expect(await client.session?.tokens == nil)
    #expect(revoked(transport) == "Bearer refresh-1")
  }

  /// Two processes with one file.
  @Test func logOutLastsWhileAnotherProcessRenews() async throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/session.json"
    let server = Server()
    let transport = server.transport
    let first = try await keptClient(server, FileSessionStore(path: path), transport)
    let second = try #require(
      await XRPCClient(service: ClientTests.service, transport: transport).resuming(
        from: FileSessionStore(path: path)
      ) { Issue.record("\($0)") }
    )
    let renewal = await renewing(server, first)
    let logout = Task { try await second.logout() }
    await release(server)
    try await logout.value
    await renewal.value
    #expect(try await FileSessionStore(path: path).load() == nil)
    #expect(revoked(transport) == "Bearer refresh-1")
    // The first finds out when it has to renew again, and brings nothing back.
    server.expire()
    await #expect(throws: XRPCError<Sample.GetThing.Failure>.self) { try await call(first) }
    #expect(await first.session?.tokens == nil)
    #expect(try await FileSessionStore(path: path).load() == nil)
  }

  @Test func aRefusedRenewalLeavesALaterLogIn() async throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/session.json"
    let server = Server()
    let first = try await keptClient(server, FileSessionStore(path: path))
    server.state.withLock { $0.refusal = .json(#"{"error":"ExpiredToken"}"#, status: .badRequest) }
    let renewal = await renewing(server, first)
    let login = Task { try await keptClient(server, FileSessionStore(path: path)) }
    await release(server)
    let second = try await login.value
    await renewal.value
    let kept = try await FileSessionStore(path: path).load()
    #expect(kept?.tokens.refresh == "refresh-1")
    try await call(second)
  }
}
