import ATProtoAuth
import ATProtoCrypto
import ATProtoData
import ATProtoHTTP
import ATProtoIdentity
import ATProtoSyntax
import HTTPTypes
import Synchronization
import Testing
import XRPC
import XRPCClient

@testable import OAuthClient

/// Logins that succeed, and what they send.
@Suite struct LoginTests {
  @Test func loginByHandleEndsInASessionThatCalls() async throws {
    let network = FakeNetwork()
    let app = try network.app()
    let login = try await app.startLogin(.handle("alice.example"))
    #expect(login.url.hasPrefix("https://auth.example/oauth/authorize?client_id=https%3A%2F%2Fapp"))
    #expect(login.expiresIn == 300)
    let finished = try await app.finishLogin(network.approve(login))
    let session = finished.session
    #expect(session.did == FakeNetwork.did && session.handle == FakeNetwork.handle)
    #expect("\(session.service)" == FakeNetwork.pds && session.issuer == FakeNetwork.issuer)
    #expect(session.scopes == ["atproto", "repo:com.example.note"])
    #expect(session.tokens.expiresAt == network.seconds + 900)
    #expect(finished.appState == nil)
    let client = try #require(try await app.client(for: FakeNetwork.did))
    #expect("\(client.service)" == FakeNetwork.pds)
    _ = try await client.query(untyped: "com.example.ping")
    #expect(network.violations == [])
  }

  @Test func pushedRequestHasTheFieldsOfTheSpecification() async throws {
    let network = FakeNetwork()
    let app = try network.app()
    let login = try await app.startLogin(
      .handle("Alice.example"),
      options: LoginOptions(
        scope: "atproto transition:generic",
        redirectURI: "https://app.example.com/other",
        prompt: "login",
        locales: ["de", "en-US"],
        appState: "/notes"
      )
    )
    let form = try #require(network.state.withLock { $0.forms.first })
    #expect(
      form.names == [
        "client_id", "code_challenge", "code_challenge_method", "login_hint", "prompt",
        "redirect_uri", "response_type", "scope", "state", "ui_locales",
      ]
    )
    #expect(form["response_type"] == "code" && form["code_challenge_method"] == "S256")
    #expect(form["scope"] == "atproto transition:generic" && form["prompt"] == "login")
    #expect(form["ui_locales"] == "de en-US" && form["state"] == login.state)
    // The identifier as it was typed.
    #expect(form["login_hint"] == "Alice.example")
    #expect((form["state"] ?? "").count >= 20 && login.state != FakeNetwork.did.string)
    let finished = try await app.finishLogin(network.approve(login))
    #expect(finished.appState == "/notes")
    // The app's state is not sent.
    #expect(!network.state.withLock { $0.forms }.contains { "\($0)".contains("/notes") })
    #expect(network.violations == [])
  }

  @Test func eachLoginHasSecretsOfItsOwn() async throws {
    let network = FakeNetwork()
    let app = try network.app()
    for _ in 1...3 { _ = try await app.startLogin(.handle(FakeNetwork.handle)) }
    let forms = network.state.withLock { $0.forms }
    #expect(Set(forms.map { $0["state"] }).count == 3)
    #expect(Set(forms.map { $0["code_challenge"] }).count == 3)
    #expect(Set(network.state.withLock { $0.requests.values.map(\.thumbprint) }).count == 3)
  }

  @Test("a request without a nonce is repeated once with the nonce of the answer")
  func nonceIsLearned() async throws {
    let network = FakeNetwork()
    let app = try network.app()
    try await network.logIn(app)
    #expect(
      network.log == [
        "/.well-known/oauth-protected-resource 200",
        "/.well-known/oauth-authorization-server 200",
        "/oauth/par 400", "/oauth/par 201", "/oauth/token 200",
      ]
    )
  }

  @Test func requestIsRepeatedOnlyOnceForANonce() async throws {
    let network = FakeNetwork()
    let app = try network.app()
    network.set { $0.forgetsNonces = true }
    let error = await #expect(throws: OAuthClientError.self) {
      try await app.startLogin(.handle(FakeNetwork.handle))
    }
    #expect(error?.code == .refused && error?.serverError == "use_dpop_nonce")
    #expect(network.count("/oauth/par 400") == 2)
  }

  @Test func loginFromAPDSChecksTheAccountAtTheEnd() async throws {
    let network = FakeNetwork()
    let app = try network.app()
    let login = try await app.startLogin(
      at: #require(ServiceEndpoint(FakeNetwork.pds)),
      options: LoginOptions(loginHint: "alice.example")
    )
    let form = try #require(network.state.withLock { $0.forms.first })
    #expect(form["login_hint"] == "alice.example")
    let session = try await app.finishLogin(network.approve(login)).session
    #expect(session.did == FakeNetwork.did && "\(session.service)" == FakeNetwork.pds)
    #expect(network.count("/.well-known/oauth-protected-resource 200") == 2)
    #expect(network.violations == [])
  }

  @Test("a login can start from an entryway, which is no resource server")
  func loginFromAnEntryway() async throws {
    let network = FakeNetwork()
    let app = try network.app()
    let login = try await app.startLogin(at: #require(ServiceEndpoint(FakeNetwork.issuer)))
    #expect(network.state.withLock { $0.forms.first }?["login_hint"] == nil)
    let session = try await app.finishLogin(network.approve(login)).session
    // Calls go to the account's PDS.
    #expect("\(session.service)" == FakeNetwork.pds)
  }

  @Test func confidentialClientAuthenticatesEachRequest() async throws {
    let network = FakeNetwork()
    let key = ClientKey(id: "key-1", privateKey: PrivateKey(generating: .p256))
    let app = try network.app(keys: [key])
    network.set { $0.clientKeys = JWKSet([key.jwk]) }
    let session = try await network.logIn(app)
    #expect(session.keyID == "key-1")
    network.state.withLock { $0.accessTokenIsExpired = true }
    let client = try #require(try await app.client(for: FakeNetwork.did))
    _ = try await client.query(untyped: "com.example.ping")
    try await app.logOut(FakeNetwork.did)
    #expect(network.revoked == ["refresh-1"])
    // One for each request, also for the one that was repeated with a nonce.
    #expect(network.state.withLock { $0.assertions }.count == 4)
    #expect(network.violations == [])
  }

  @Test("a session keeps the client key with which it began, and ends without it")
  func keyOfASessionStays() async throws {
    let network = FakeNetwork()
    let old = ClientKey(id: "old", privateKey: PrivateKey(generating: .p256))
    let new = ClientKey(id: "new", privateKey: PrivateKey(generating: .p256))
    network.set { $0.clientKeys = JWKSet([old.jwk, new.jwk]) }
    let store = MemoryTokenStore()
    try await network.logIn(network.app(store: store, keys: [old]))
    let rotated = try network.app(store: store, keys: [new, old])
    network.wait(1000)
    let client = try #require(try await rotated.client(for: FakeNetwork.did))
    _ = try await client.query(untyped: "com.example.ping")
    #expect(await store.session(of: FakeNetwork.did)?.keyID == "old")
    #expect(network.violations == [])
    network.wait(1000)
    let without = try network.app(store: store, keys: [new])
    let last = try #require(try await without.client(for: FakeNetwork.did))
    let ended = XRPCError<UnknownFailure>.transport(
      TransportError(code: .sessionEnded, reason: "")
    )
    await #expect(throws: ended) { try await last.query(untyped: "com.example.ping") }
    #expect(await store.session(of: FakeNetwork.did) == nil)
  }

  @Test func newLoginRevokesTheFormerSession() async throws {
    let network = FakeNetwork()
    let app = try network.app()
    try await network.logIn(app)
    let first = try #require(try await app.session(of: FakeNetwork.did))
    network.set { $0.tokens = { $0["refresh_token"] = "another" } }
    try await network.logIn(app)
    let second = try #require(try await app.session(of: FakeNetwork.did))
    #expect(second.tokens.refresh == "another" && first != second)
    #expect(network.revoked == ["refresh-0"])
  }
}
