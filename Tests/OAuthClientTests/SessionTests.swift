import ATProtoAuth
import ATProtoCrypto
import ATProtoData
import ATProtoHTTP
import ATProtoIdentity
import ATProtoSyntax
import ComAtprotoAPI
import HTTPTypes
import Synchronization
import Testing
import XRPC
import XRPCClient

@testable import OAuthClient

/// Calls with a session: proofs, nonces, and the tokens' way.
@Suite struct SessionTests {
  private func loggedIn(
    _ network: FakeNetwork,
    store: some OAuthTokenStore = MemoryTokenStore()
  ) async throws -> XRPCClient {
    let app = try network.app(store: store)
    try await network.logIn(app)
    network.forget()
    return try #require(try await app.client(for: FakeNetwork.did))
  }

  private func call(_ client: XRPCClient) async throws {
    _ = try await client.query(untyped: "com.example.ping")
  }

  @Test(arguments: FakeNetwork.Refusal.allCases)
  func staleNonceCostsOneRepetition(_ refusal: FakeNetwork.Refusal) async throws {
    let network = FakeNetwork()
    network.set { $0.refusal = refusal }
    let client = try await loggedIn(network)
    try await call(client)
    // No nonce of the PDS was known.
    #expect(network.log == ["/xrpc/com.example.ping 401", "/xrpc/com.example.ping 200"])
    network.forget()
    try await call(client)
    #expect(network.log == ["/xrpc/com.example.ping 200"])
    network.rotateNonces()
    network.forget()
    try await call(client)
    #expect(network.log == ["/xrpc/com.example.ping 401", "/xrpc/com.example.ping 200"])
    #expect(network.violations == [])
  }

  @Test func nonceOfASuccessfulAnswerIsUsed() async throws {
    let network = FakeNetwork()
    let client = try await loggedIn(network)
    try await call(client)
    // Nonces live three minutes, and each answer brings a new one.
    for _ in 1...4 {
      network.wait(100)
      network.forget()
      try await call(client)
      #expect(network.log == ["/xrpc/com.example.ping 200"])
    }
  }

  @Test("a procedure that was refused for its nonce is sent again with its body")
  func procedureIsRepeated() async throws {
    let network = FakeNetwork()
    let client = try await loggedIn(network)
    let body = RawBody(bytes: [1, 2, 3], contentType: "image/png")
    _ = try await client.procedure(untyped: "com.example.upload", input: body)
    #expect(network.log == ["/xrpc/com.example.upload 401", "/xrpc/com.example.upload 200"])
    #expect(network.violations == [])
  }

  @Test func parametersAreNotPartOfTheProof() async throws {
    let network = FakeNetwork()
    let client = try await loggedIn(network)
    _ = try await client.query(untyped: "com.example.ping", [("q", "a b&c#d")])
    #expect(network.violations == [])
  }

  @Test func subscriptionIsAuthorized() async throws {
    let network = FakeNetwork()
    let client = try await loggedIn(network)
    let stream = try await client.subscribe(ComAtproto.Sync.SubscribeRepos.self, .init())
    for try await _ in stream {}
    let path = "/xrpc/com.atproto.sync.subscribeRepos"
    #expect(network.log == ["\(path) 401", "\(path) 200"])
    #expect(network.violations == [])
  }

  @Test(arguments: FakeNetwork.Refusal.allCases)
  func rejectedTokenIsRenewedOnce(_ refusal: FakeNetwork.Refusal) async throws {
    let network = FakeNetwork()
    network.set { $0.refusal = refusal }
    let store = MemoryTokenStore()
    let client = try await loggedIn(network, store: store)
    network.state.withLock { $0.accessTokenIsExpired = true }
    try await call(client)
    #expect(
      network.log == [
        "/xrpc/com.example.ping 401", "/xrpc/com.example.ping 401", "/oauth/token 200",
        "/xrpc/com.example.ping 200",
      ]
    )
    #expect(await store.session(of: FakeNetwork.did)?.tokens.refresh == "refresh-1")
    #expect(network.violations == [])
  }

  @Test func expiredTokenIsRenewedBeforeTheCall() async throws {
    let network = FakeNetwork()
    let client = try await loggedIn(network)
    try await call(client)
    network.wait(895)
    network.forget()
    try await call(client)
    // The authorization server's and the PDS's nonces have expired meanwhile.
    #expect(
      network.log == [
        "/oauth/token 400", "/oauth/token 200", "/xrpc/com.example.ping 401",
        "/xrpc/com.example.ping 200",
      ]
    )
    #expect(network.violations == [])
  }

  @Test func missingPermissionIsNotTakenForABadToken() async throws {
    let network = FakeNetwork()
    let client = try await loggedIn(network)
    let authorization = try #require(client.authorization)
    let denied = HTTPTransportResponse.json(
      ["error": "ScopeMissingError", "message": "Missing required scope"],
      status: .forbidden
    )
    #expect(authorization.rejectedCredential(in: denied) == nil)
    // A demand for a nonce without a nonce cannot be met.
    let demand = HTTPTransportResponse.json(["error": "use_dpop_nonce"], status: .unauthorized)
    #expect(authorization.rejectedCredential(in: demand) == nil)
  }

  @Test func tokenIsNotSentToAnotherServer() async throws {
    let network = FakeNetwork()
    let client = try await loggedIn(network)
    let other = XRPCClient(
      service: try #require(ServiceEndpoint("https://other.example")),
      transport: network.transport,
      authorization: client.authorization
    )
    let refused = XRPCError<UnknownFailure>.transport(
      TransportError(code: .unsupported, reason: "")
    )
    await #expect(throws: refused) { try await other.query(untyped: "com.example.ping") }
    #expect(network.log == [])
  }

  @Test func accountThatIsNotLoggedInHasNoClient() async throws {
    let app = try FakeNetwork().app()
    #expect(try await app.client(for: FakeNetwork.did) == nil)
    #expect(try await app.session(of: FakeNetwork.did) == nil)
    try await app.logOut(FakeNetwork.did)
  }

  @Test func logoutRevokesTheSessionHereAndThere() async throws {
    let network = FakeNetwork()
    let store = MemoryTokenStore()
    let app = try network.app(store: store)
    try await network.logIn(app)
    let client = try #require(try await app.client(for: FakeNetwork.did))
    try await call(client)
    try await app.logOut(FakeNetwork.did)
    #expect(network.revoked == ["refresh-0"])
    #expect(await store.session(of: FakeNetwork.did) == nil)
    // A client that is still in use finds out.
    let ended = XRPCError<UnknownFailure>.transport(
      TransportError(code: .sessionEnded, reason: "")
    )
    await #expect(throws: ended) { try await client.query(untyped: "com.example.ping") }
    #expect(await client.authorization?.hasEnded == true)
    #expect(network.violations == [])
  }

  @Test func logoutDeletesTheSessionIfTheServerIsGone() async throws {
    let network = FakeNetwork()
    let store = MemoryTokenStore()
    let app = try network.app(store: store)
    try await network.logIn(app)
    network.set { $0.isReachable = false }
    await #expect(throws: OAuthClientError(.unreachable, "")) {
      try await app.logOut(FakeNetwork.did)
    }
    #expect(await store.session(of: FakeNetwork.did) == nil)
  }

  @Test func serverWithoutRevocationOnlyForgetsHere() async throws {
    let network = FakeNetwork()
    network.set {
      $0.document = { _, response in
        var object = (try? DataValue(json: response.body))?.object ?? [:]
        object["revocation_endpoint"] = nil
        return .json(.object(object))
      }
    }
    let app = try network.app()
    try await network.logIn(app)
    try await app.logOut(FakeNetwork.did)
    #expect(network.revoked == [])
    #expect(try await app.session(of: FakeNetwork.did) == nil)
  }
}
