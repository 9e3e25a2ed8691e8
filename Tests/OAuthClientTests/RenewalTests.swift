import ATProtoAuth
import ATProtoCrypto
import ATProtoData
import ATProtoHTTP
import ATProtoIdentity
import ATProtoSyntax
import HTTPTypes
import Synchronization
import TestSupport
import Testing
import XRPC
import XRPCClient

@testable import OAuthClient

/// Renewals of a session by tasks and processes that share it: a refresh token works once.
@Suite struct RenewalTests {
  private static let ended = XRPCError<UnknownFailure>.transport(
    TransportError(code: .sessionEnded, reason: "")
  )
  private static let lost = XRPCError<UnknownFailure>.transport(
    TransportError(code: .connectionLost, reason: "")
  )

  private func call(_ client: XRPCClient) async throws {
    _ = try await client.query(untyped: "com.example.ping")
  }

  private func client(_ app: OAuthApp) async throws -> XRPCClient {
    try #require(try await app.client(for: FakeNetwork.did))
  }

  @Test func tasksThatShareAClientRenewOnce() async throws {
    let network = FakeNetwork()
    let app = try network.app()
    try await network.logIn(app)
    network.state.withLock { $0.accessTokenIsExpired = true }
    let client = try await client(app)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<40 { group.addTask { try await call(client) } }
      try await group.waitForAll()
    }
    #expect(network.count("/oauth/token 200") == 2)
    #expect(network.violations == [])
  }

  @Test(arguments: [false, true])
  func clientsOfOneStoreRenewOnce(_ isInFiles: Bool) async throws {
    let folder = try TemporaryFolder()
    let network = FakeNetwork()
    let memory = MemoryTokenStore()
    /// Another process has another app and another store of the same directory.
    func app() throws -> OAuthApp {
      isInFiles
        ? try network.app(store: DirectoryTokenStore(path: folder.path))
        : try network.app(store: memory)
    }
    try await network.logIn(app())
    let clients = try await [client(app()), client(app()), client(app()), client(app())]
    for generation in 1...3 {
      network.state.withLock { $0.accessTokenIsExpired = true }
      try await withThrowingTaskGroup(of: Void.self) { group in
        for client in clients + clients { group.addTask { try await call(client) } }
        try await group.waitForAll()
      }
      // The one of the login, and one for each generation.
      #expect(network.count("/oauth/token 200") == 1 + generation)
      #expect(
        try await app().session(of: FakeNetwork.did)?.tokens.refresh == "refresh-\(generation)"
      )
    }
    #expect(network.violations == [])
  }

  @Test func newTokensAreStoredBeforeTheyAreUsed() async throws {
    let network = FakeNetwork()
    let store = MemoryTokenStore()
    let app = try network.app(store: store)
    try await network.logIn(app)
    let kept = Mutex<[String?]>([])
    let spy = OAuthApp(
      app.registration,
      store: store,
      directory: app.directory,
      transport: InMemoryTransport { request, body in
        if request.headerFields[.authorization] == "DPoP access-1" {
          let refresh = await store.session(of: FakeNetwork.did)?.tokens.refresh
          kept.withLock { $0.append(refresh) }
        }
        let bytes = (try? await body?.collect(upTo: 1 << 20)) ?? []
        let response = await network.answer(request, bytes)
        return HTTPTransportStream(
          head: response.head,
          body: BodyContent.bytes(response.body).stream
        )
      },
      onStoreFailure: { Issue.record($0) }
    )
    network.state.withLock { state in
      state.accessTokenIsExpired = true
      state.seconds = Int(Datetime.Instant.now.seconds)
    }
    try await call(client(spy))
    #expect(kept.withLock { $0 } == ["refresh-1"])
  }

  @Test("invalid_grant deletes the session")
  func refusedRenewalEndsTheSession() async throws {
    let network = FakeNetwork()
    let store = MemoryTokenStore()
    let app = try network.app(store: store)
    try await network.logIn(app)
    network.state.withLock { state in
      state.accessTokenIsExpired = true
      state.behavior.revokesRefreshes = true
    }
    let client = try await client(app)
    for _ in 1...2 {
      await #expect(throws: Self.ended) { try await client.query(untyped: "com.example.ping") }
    }
    #expect(await client.authorization?.hasEnded == true)
    #expect(await store.session(of: FakeNetwork.did) == nil)
    #expect(network.count("/oauth/token 400") == 1)
  }

  @Test func unreachableServerDoesNotEndTheSession() async throws {
    let network = FakeNetwork()
    let store = MemoryTokenStore()
    let app = try network.app(store: store)
    try await network.logIn(app)
    network.state.withLock { $0.accessTokenIsExpired = true }
    let client = try await client(app)
    try? await call(client)
    network.wait(1000)
    network.set { $0.isReachable = false }
    await #expect(throws: Self.lost) { try await client.query(untyped: "com.example.ping") }
    #expect(await store.session(of: FakeNetwork.did) != nil)
    network.set { $0.isReachable = true }
    try await call(client)
    #expect(network.violations == [])
  }

  private static let changes: [(change: @Sendable (inout [String: String?]) -> Void, ends: Bool)] =
    [
      ({ $0["sub"] = "did:plc:mallory" }, true),
      ({ $0["scope"] = "repo:com.example.note" }, true),
      ({ $0["token_type"] = "Bearer" }, false),
      ({ $0["access_token"] = .some(nil) }, false),
    ]

  /// A response that is not valid may be a fault of a moment; one for another account never is.
  @Test(arguments: changes.indices)
  func renewalIsChecked(_ index: Int) async throws {
    let (change, ends) = Self.changes[index]
    let network = FakeNetwork()
    let store = MemoryTokenStore()
    let app = try network.app(store: store)
    try await network.logIn(app)
    network.state.withLock { state in
      state.accessTokenIsExpired = true
      state.behavior.tokens = { tokens in
        var changes: [String: String?] = [:]
        change(&changes)
        for (name, value) in changes { tokens[name] = value.map { .string($0) } }
      }
    }
    let client = try await client(app)
    await #expect(throws: ends ? Self.ended : Self.lost) {
      try await client.query(untyped: "com.example.ping")
    }
    #expect((await store.session(of: FakeNetwork.did) == nil) == ends)
  }

  @Test func serverMayKeepTheRefreshToken() async throws {
    let network = FakeNetwork()
    let store = MemoryTokenStore()
    let app = try network.app(store: store)
    try await network.logIn(app)
    network.state.withLock { state in
      state.accessTokenIsExpired = true
      state.behavior.tokens = { $0["refresh_token"] = nil }
    }
    try await call(client(app))
    let tokens = try #require(await store.session(of: FakeNetwork.did)).tokens
    #expect(tokens.access == "access-1" && tokens.refresh == "refresh-0")
  }

  @Test func sessionWithoutRefreshTokenEndsWithItsAccessToken() async throws {
    let network = FakeNetwork()
    network.set { $0.tokens = { $0["refresh_token"] = nil } }
    let store = MemoryTokenStore()
    let app = try network.app(store: store)
    try await network.logIn(app)
    let client = try await client(app)
    try await call(client)
    network.state.withLock { $0.accessTokenIsExpired = true }
    await #expect(throws: Self.ended) { try await client.query(untyped: "com.example.ping") }
    #expect(await store.session(of: FakeNetwork.did) == nil)
  }

  @Test("a client of a former session takes over the session of a new login, with its key")
  func newLoginReplacesTheSession() async throws {
    let network = FakeNetwork()
    let app = try network.app()
    try await network.logIn(app)
    let client = try await client(app)
    try await call(client)
    try await network.logIn(app)
    network.forget()
    try await call(client)
    #expect(!network.log.contains { $0.hasPrefix("/oauth/token") })
    #expect(network.violations == [])
  }

  @Test func storeFailureIsReportedAndTheCallSucceeds() async throws {
    let network = FakeNetwork()
    let failures = Mutex<[SessionStoreError.Code]>([])
    let store = FullStore()
    let app = try network.app(store: store) { error in
      failures.withLock { $0.append(error.code) }
    }
    try await network.logIn(app)
    await store.fill()
    let client = try await client(app)
    network.state.withLock { $0.accessTokenIsExpired = true }
    try await call(client)
    #expect(failures.withLock { $0 } == [.unwritable])
  }

  /// A store that cannot be written any more.
  private actor FullStore: OAuthTokenStore {
    private let store = MemoryTokenStore()
    private var isFull = false

    func fill() { isFull = true }

    func session(of did: DID) async -> StoredOAuthSession? { await store.session(of: did) }

    func save(_ session: StoredOAuthSession) async throws(SessionStoreError) {
      if isFull { throw SessionStoreError(code: .unwritable, reason: "no space") }
      await store.save(session)
    }

    func removeSession(of did: DID) async { await store.removeSession(of: did) }

    func exclusively<Value: Sendable>(
      _ did: DID,
      _ body: @Sendable () async -> Value
    ) async -> Value {
      await store.exclusively(did, body)
    }

    func save(_ login: PendingLogin) async { await store.save(login) }

    func takeLogin(state: String) async -> PendingLogin? { await store.takeLogin(state: state) }
  }
}
