import ATProtoHTTP
import ATProtoSyntax
import HTTPTypes
import Synchronization
import TestSupport
import Testing
import XRPC

@testable import XRPCClient

/// Logouts, logins, and renewals that coincide, in one process or in several that share a store.
@Suite struct SessionEndTests {
  /// Accepts each refresh token once, starting with `r0`, and only the newest access token; records
  /// which tokens were revoked.
  final class Server: Sendable {
    struct State {
      var number = 0
      var renewals = 0
      var revoked: [String] = []
      var isHolding = false
      var refusal: HTTPTransportResponse?
    }

    let state = Mutex(State())

    func set(_ change: @Sendable (inout State) -> Void) { state.withLock { change(&$0) } }
    var renewals: Int { state.withLock { $0.renewals } }
    var revoked: [String] { state.withLock { $0.revoked } }

    func client() -> XRPCClient {
      XRPCClient(
        service: SessionStoreTests.service,
        transport: ScriptedTransport { request, _ in await self.answer(request) }
      )
    }

    private func answer(_ request: HTTPRequest) async -> HTTPTransportResponse {
      let token = String(request.headerFields[.authorization]?.dropFirst(7) ?? "")
      switch request.path {
      case "/xrpc/com.atproto.server.refreshSession":
        set { $0.renewals += 1 }
        while state.withLock({ $0.isHolding }) { try? await Task.sleep(for: .milliseconds(5)) }
        return state.withLock { state in
          if let refusal = state.refusal { return refusal }
          guard token == "r\(state.number)" else {
            return .json(#"{"error":"ExpiredToken"}"#, status: .badRequest)
          }
          state.number += 1
          return .json(
            #"{"did":"did:plc:me","handle":"me.example","accessJwt":"a\#(state.number)","#
              + #""refreshJwt":"r\#(state.number)"}"#
          )
        }
      case "/xrpc/com.atproto.server.deleteSession":
        set { $0.revoked.append(token) }
        return HTTPTransportResponse(head: HTTPResponse(status: .ok))
      default:
        return state.withLock { token == "a\($0.number)" }
          ? .json(#"{"text":"x"}"#) : .json(#"{"error":"ExpiredToken"}"#, status: .badRequest)
      }
    }
  }

  /// A store that knows of only one session and locks nothing.
  private struct PlainStore: SessionStore {
    let store = MemorySessionStore()
    func load() async -> StoredSession? { await store.load() }
    func save(_ session: StoredSession) async { await store.save(session) }
    func clear() async { await store.clear() }
  }

  enum Keeping: CaseIterable {
    case file, memory, plain

    func store(_ folder: TemporaryFolder) -> any SessionStore<StoredSession> {
      switch self {
      case .file: FileSessionStore(path: "\(folder.path)/session.json")
      case .memory: MemorySessionStore()
      case .plain: PlainStore()
      }
    }
  }

  private static let ended = XRPCError<Sample.GetThing.Failure>.transport(
    TransportError(code: .sessionEnded, reason: "")
  )

  private func resumed(
    _ server: Server,
    _ store: any SessionStore<StoredSession>
  ) async throws -> XRPCClient {
    try #require(try await server.client().resuming(from: store) { Issue.record($0) })
  }

  private func call(_ client: XRPCClient) async throws(XRPCError<Sample.GetThing.Failure>) {
    _ = try await client.query(Sample.GetThing.self, .init(actor: "a.example"))
  }

  @Test(arguments: Keeping.allCases)
  func logoutDuringARenewalEndsTheSession(_ keeping: Keeping) async throws {
    let folder = try TemporaryFolder()
    let store = keeping.store(folder)
    try await store.save(SessionStoreTests.session("r0"))
    let server = Server()
    server.set { $0.isHolding = true }
    let client = try await resumed(server, store)
    let pending = Task { try await call(client) }
    try await until { server.renewals == 1 }
    let logout = Task { try await client.logout() }
    try await until { await client.session?.tokens == nil }
    server.set { $0.isHolding = false }
    try await logout.value
    await #expect(throws: Self.ended) { try await pending.value }
    // The server revokes the new tokens, too.
    try await until { server.revoked.contains("r1") }
    #expect(try await store.load() == nil)
  }

  @Test func unstoredSessionEndsOnLogout() async throws {
    let server = Server()
    server.set { $0.isHolding = true }
    let client = server.client().resuming(SessionStoreTests.session("r0").tokens)
    let pending = Task { try await call(client) }
    try await until { server.renewals == 1 }
    try await client.logout()
    server.set { $0.isHolding = false }
    await #expect(throws: Self.ended) { try await pending.value }
    try await until { server.revoked == ["r0", "r1"] }
  }

  @Test(arguments: [Keeping.file, .memory])
  func logoutInAnotherProcessEndsTheSession(_ keeping: Keeping) async throws {
    let folder = try TemporaryFolder()
    let store = keeping.store(folder)
    try await store.save(SessionStoreTests.session("r0"))
    let server = Server()
    server.set { $0.isHolding = true }
    let (one, other) = (try await resumed(server, store), try await resumed(server, store))
    let pending = Task { try await call(one) }
    try await until { server.renewals == 1 }
    let logout = Task { try await other.logout() }
    try await until { await other.session?.tokens == nil }
    server.set { $0.isHolding = false }
    try await logout.value
    #expect(server.revoked == ["r1", "r0"])
    #expect(try await store.load() == nil)
    // It had received its new token before.
    try await pending.value
    server.set { $0.number += 1 }
    await #expect(throws: Self.ended) { try await call(one) }
    #expect(server.renewals == 1)
    #expect(try await store.load() == nil)
  }

  /// The account has logged in again while the renewal of the old session was being refused.
  @Test(arguments: Keeping.allCases)
  func refusedRenewalKeepsANewerLogin(_ keeping: Keeping) async throws {
    let folder = try TemporaryFolder()
    let store = keeping.store(folder)
    try await store.save(SessionStoreTests.session("r0"))
    let server = Server()
    server.set { state in
      state.isHolding = true
      state.number = 9
    }
    let client = try await resumed(server, store)
    let pending = Task { try await call(client) }
    try await until { server.renewals == 1 }
    var fresh = SessionStoreTests.session("r9")
    fresh.tokens.access = "a9"
    try await store.save(fresh)
    server.set { $0.isHolding = false }
    try await pending.value
    #expect(try await store.load() == fresh)
    #expect(await client.session?.tokens == fresh.tokens)
  }

  @Test func loginWaitsForARenewalUnderWay() async throws {
    let store = MemorySessionStore(SessionStoreTests.session("r0"))
    let tokens = TokenStore(store, service: SessionStoreTests.service)
    let keeper = SessionKeeper(tokens) { Issue.record($0) }
    let (signal, proceed) = AsyncStream<Void>.makeStream()
    let renewal = Task {
      await keeper.renewal(of: SessionStoreTests.session("r0").tokens) { _ in
        for await _ in signal { break }
        return .renewed(SessionStoreTests.session("r1").tokens)
      }
    }
    let login = Task { await keeper.keep(SessionStoreTests.session("r2").tokens) }
    for _ in 1...20 { await Task.yield() }
    proceed.yield()
    _ = await renewal.value
    await login.value
    #expect(await store.load()?.tokens.refresh == "r2")
  }

  static let refusals: [(status: Int, error: String, ends: Bool)] = [
    (400, "ExpiredToken", true), (401, "ExpiredToken", true), (400, "InvalidToken", true),
    (401, "AccountTakedown", true), (403, "AccountNotFound", true),
    (403, "Forbidden", false), (401, "AuthenticationRequired", false),
    (400, "InvalidRequest", false), (429, "RateLimitExceeded", false),
    (500, "InternalServerError", false), (503, "ExpiredToken", false), (403, "", false),
  ]

  @Test(arguments: refusals)
  func onlyTokenErrorsEndTheSession(
    _ refusal: (status: Int, error: String, ends: Bool)
  ) async throws {
    let folder = try TemporaryFolder()
    let store = FileSessionStore(path: "\(folder.path)/session.json")
    try await store.save(SessionStoreTests.session("r0"))
    let server = Server()
    let status = HTTPResponse.Status(code: refusal.status)
    server.set {
      $0.number = 1
      $0.refusal =
        refusal.error.isEmpty
        ? HTTPTransportResponse(status, "text/html", "<h1>no</h1>")
        : .json(#"{"error":"\#(refusal.error)"}"#, status: status)
    }
    let client = try await resumed(server, store)
    let lost = TransportError(code: .connectionLost, reason: "")
    await #expect(throws: refusal.ends ? Self.ended : .transport(lost)) { try await call(client) }
    let kept = try await store.load()
    #expect(kept == (refusal.ends ? nil : SessionStoreTests.session("r0")))
    // A session that is still valid is renewed by the next call.
    guard !refusal.ends else { return }
    server.set { state in
      state.refusal = nil
      state.number = 0
    }
    try await call(client)
    #expect(try await store.load()?.tokens.refresh == "r1")
  }

  /// A call that waits for a renewal gets its result, even if the next one has begun in the
  /// meantime.
  @Test func waitersGetTheResultOfTheirRenewal() async {
    let failure = TransportError(code: .cannotConnect, reason: "down")
    let session = SharedSession(
      SessionStoreTests.session("r0").tokens,
      renew: { _ in .unavailable(failure) }
    )
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<32 {
        group.addTask {
          for _ in 0..<40 {
            await #expect(throws: failure) {
              try await session.session(renewedAfter: "a", deadline: .now + .seconds(300))
            }
          }
        }
      }
    }
  }

  /// Two stores of one file, such as those of two clients in one process.
  @Test func storesOfTheSameFileExcludeEachOther() async throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/session.json"
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<4 {
        group.addTask {
          let store = FileSessionStore(path: path)
          for number in 0..<30 {
            try await store.save(SessionStoreTests.session("r\(writer)-\(number)"))
            #expect(try await store.load() != nil)
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(try folder.names() == ["session.json"])
  }
}
