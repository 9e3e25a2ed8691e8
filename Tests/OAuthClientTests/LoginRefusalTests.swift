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

/// What a login refuses, so that it proves whose account it is.
@Suite struct LoginRefusalTests {
  private static let callbacks:
    [(change: @Sendable (inout [String: String]) -> Void, code: OAuthClientError.Code)] = [
      ({ $0["iss"] = "https://other.example" }, .issuer),
      ({ $0["iss"] = "https://auth.example/" }, .issuer),
      ({ $0["iss"] = nil }, .issuer),
      ({ $0["code"] = nil }, .callback),
      ({ $0["state"] = "other" }, .unknownLogin),
      ({ $0["error"] = "access_denied" }, .denied),
      ({ $0["error"] = "server_error" }, .refused),
      // An error of another server says nothing about the login.
      (
        { parameters in
          parameters["error"] = "access_denied"
          parameters["iss"] = "https://other.example"
        }, .issuer
      ),
    ]

  @Test(arguments: callbacks.indices)
  func callbackIsRefused(_ index: Int) async throws {
    let (change, code) = Self.callbacks[index]
    let network = FakeNetwork()
    let store = MemoryTokenStore()
    let app = try network.app(store: store)
    let login = try await app.startLogin(
      .handle(FakeNetwork.handle),
      options: LoginOptions(appState: "mine")
    )
    let callback = try network.approve(login, change)
    network.forget()
    let error = await #expect(throws: OAuthClientError.self) {
      try await app.finishLogin(callback)
    }
    #expect(error?.code == code, "\(error?.reason ?? "")")
    #expect(error?.appState == (code == .unknownLogin ? nil : "mine"))
    // The code went nowhere, and the login cannot be used again.
    #expect(network.log == [])
    #expect(await store.session(of: FakeNetwork.did) == nil)
  }

  @Test func callbackIsAcceptedOnce() async throws {
    let network = FakeNetwork()
    let app = try network.app()
    let login = try await app.startLogin(.handle(FakeNetwork.handle))
    let callback = try network.approve(login)
    _ = try await app.finishLogin(callback)
    await #expect(throws: OAuthClientError(.unknownLogin, "")) {
      try await app.finishLogin(callback)
    }
    #expect(network.count("/oauth/token 200") == 1)
  }

  @Test func loginExpiresAfterAnHour() async throws {
    let network = FakeNetwork()
    let app = try network.app()
    let login = try await app.startLogin(.handle(FakeNetwork.handle))
    let callback = try network.approve(login)
    network.wait(3601)
    await #expect(throws: OAuthClientError(.unknownLogin, "")) {
      try await app.finishLogin(callback)
    }
  }

  @Test func canceledLoginCannotBeFinished() async throws {
    let network = FakeNetwork()
    let app = try network.app()
    let login = try await app.startLogin(.handle(FakeNetwork.handle))
    let callback = try network.approve(login)
    await app.cancelLogin(state: login.state)
    await #expect(throws: OAuthClientError(.unknownLogin, "")) {
      try await app.finishLogin(callback)
    }
  }

  private static let tokens:
    [(change: @Sendable (inout DataObject) -> Void, code: OAuthClientError.Code)] = [
      ({ $0["sub"] = "did:plc:mallory" }, .account),
      ({ $0["sub"] = "alice.example" }, .response),
      ({ $0["sub"] = nil }, .response),
      ({ $0["scope"] = "transition:generic" }, .scope),
      ({ $0["scope"] = "atprotox" }, .scope),
      ({ $0["scope"] = nil }, .scope),
      ({ $0["token_type"] = "Bearer" }, .response),
      ({ $0["token_type"] = nil }, .response),
      ({ $0["access_token"] = nil }, .response),
      ({ $0["access_token"] = "a\r\nb" }, .response),
      ({ $0["access_token"] = "a b" }, .response),
      ({ $0["access_token"] = .string(String(repeating: "a", count: 20_000)) }, .response),
      ({ $0["refresh_token"] = "" }, .response),
    ]

  @Test(arguments: tokens.indices)
  func tokenResponseIsRefused(_ index: Int) async throws {
    let (change, code) = Self.tokens[index]
    let network = FakeNetwork()
    network.set { $0.tokens = change }
    let store = MemoryTokenStore()
    let app = try network.app(store: store)
    let error = await #expect(throws: OAuthClientError.self) { try await network.logIn(app) }
    #expect(error?.code == code, "\(error?.reason ?? "")")
    #expect(await store.session(of: FakeNetwork.did) == nil)
    // Tokens that are not used do not stay valid.
    #expect(network.revoked.count == 1)
    #expect(network.violations == [])
  }

  @Test("a server cannot log in the account of another server")
  func subjectOfAnotherServer() async throws {
    let network = FakeNetwork()
    let mallory: DID = "did:plc:mallory"
    network.set { $0.tokens = { $0["sub"] = "did:plc:mallory" } }
    // Mallory's PDS names another authorization server.
    let elsewhere = FakeNetwork.identity(
      mallory,
      handle: "mallory.example",
      pds: "https://elsewhere.example"
    )
    var app = OAuthApp(
      try FakeNetwork.registration(),
      store: MemoryTokenStore(),
      directory: MemoryIdentityDirectory([FakeNetwork.identity(), elsewhere]),
      transport: InMemoryTransport { request, body in
        guard request.authority == "elsewhere.example" else {
          return
            (try? await network.transport.stream(
              request,
              body: body,
              options: TransportOptions()
            ))
            ?? HTTPTransportStream(
              head: HTTPResponse(status: .badGateway),
              body: BodyContent.bytes([]).stream
            )
        }
        var (issuer, pds) = (FakeNetwork.issuer, FakeNetwork.pds)
        issuer = issuer.replacing("auth", with: "elsewhere")
        pds = pds.replacing("pds", with: "elsewhere")
        let path = request.path ?? ""
        let former = FakeNetwork.documents.first { $0.key.hasSuffix(path) }?.value ?? [:]
        let text = DataValue.object(former).jsonString()
          .replacing(FakeNetwork.issuer, with: issuer).replacing(FakeNetwork.pds, with: pds)
        return HTTPTransportStream(
          head: HTTPResponse(
            status: .ok,
            headerFields: [.contentType: "application/json"]
          ),
          body: BodyContent.bytes([UInt8](text.utf8)).stream
        )
      },
      onStoreFailure: { _ in }
    )
    app.now = { network.seconds }
    let login = try await app.startLogin(at: #require(ServiceEndpoint(FakeNetwork.pds)))
    let callback = try network.approve(login)
    let error = await #expect(throws: OAuthClientError.self) {
      try await app.finishLogin(callback)
    }
    #expect(error?.code == .account, "\(error?.reason ?? "")")
    #expect(error?.reason.contains("https://elsewhere.example") == true)
    #expect(try await app.session(of: mallory) == nil)
  }

  @Test func subjectThatCannotBeResolvedIsRefused() async throws {
    let network = FakeNetwork()
    let app = try network.app(identities: [])
    let login = try await app.startLogin(at: #require(ServiceEndpoint(FakeNetwork.pds)))
    let callback = try network.approve(login)
    await #expect(throws: OAuthClientError(.identity, "")) {
      try await app.finishLogin(callback)
    }
  }

  @Test func serverWithoutNoncesIsRefused() async throws {
    let network = FakeNetwork()
    network.set { $0.sendsNonces = false }
    await #expect(throws: OAuthClientError(.response, "")) {
      try await network.logIn(network.app())
    }
    #expect(network.count("/oauth/par 201") == 1)
  }

  @Test func unknownAccountIsRefused() async throws {
    let app = try FakeNetwork().app()
    await #expect(throws: OAuthClientError(.identity, "")) {
      try await app.startLogin(.handle("bob.example"))
    }
  }

  @Test("a PDS without TLS is refused unless the app allows it")
  func plainHTTP() async throws {
    let network = FakeNetwork()
    let app = try network.app(identities: [FakeNetwork.identity(pds: "http://pds.example")])
    await #expect(throws: OAuthClientError(.identity, "")) {
      try await app.startLogin(.handle(FakeNetwork.handle))
    }
    #expect(network.log == [])
  }

  @Test(arguments: [
    LoginOptions(scope: "transition:generic"), LoginOptions(scope: "atproto account:email"),
    LoginOptions(scope: ""), LoginOptions(redirectURI: "https://app.example.com/third"),
    LoginOptions(redirectURI: "http://127.0.0.1/"),
  ])
  func requestBeyondTheRegistrationIsRefused(_ options: LoginOptions) async throws {
    let network = FakeNetwork()
    let app = try network.app()
    await #expect(throws: OAuthClientError(.registration, "")) {
      try await app.startLogin(.handle(FakeNetwork.handle), options: options)
    }
    #expect(network.count("/oauth/par 400") == 0)
  }

  @Test func storeFailureEndsTheLogin() async throws {
    let network = FakeNetwork()
    let app = try network.app(store: DirectoryTokenStore(path: "/nowhere"))
    await #expect(throws: OAuthClientError(.store, "")) {
      try await app.startLogin(.handle(FakeNetwork.handle))
    }
  }

  @Test func unreachableServerIsReported() async throws {
    let network = FakeNetwork()
    let app = try network.app()
    let login = try await app.startLogin(.handle(FakeNetwork.handle))
    let callback = try network.approve(login)
    network.set { $0.isReachable = false }
    await #expect(throws: OAuthClientError(.unreachable, "")) {
      try await app.finishLogin(callback)
    }
  }
}
