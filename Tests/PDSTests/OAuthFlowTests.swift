import ATProtoAuth
import ATProtoCrypto
import ATProtoData
import ATProtoHTTP
import ATProtoSyntax
import HTTPTypes
import Testing

@testable import PDS

/// From the code to the tokens.
@Suite struct OAuthFlowTests {
  private static func server() throws -> TestServer { try TestServer { $0.port = 2583 } }

  @Test(arguments: [false, true])
  func codeIsExchangedForTokens(_ isConfidential: Bool) async throws {
    let server = try Self.server()
    let alice = try await server.signUp()
    let client = OAuthTestClient.web(server, isConfidential: isConfidential)
    let answer = try await client.exchange(try await client.code(for: alice))
    #expect(answer.head.status == .ok)
    #expect(answer["Cache-Control"] == "no-store" && answer["Pragma"] == "no-cache")
    #expect(answer["DPoP-Nonce"] != nil)
    let body = try answer.value
    #expect(body["token_type"] == "DPoP" && body["expires_in"] == 900)
    #expect(body["scope"] == "atproto transition:generic")
    #expect(body["sub"]?.string == alice.did.string)
    let tokens = try OAuthTestTokens(answer)
    let session = try #require(try await server.oauthSession(tokens.access))
    #expect(session.did.string == alice.did.string && session.clientID == client.id)
    #expect(session.binding.dpopThumbprint == client.dpop.thumbprint)
    #expect(session.binding.isConfidential == isConfidential)
    #expect(session.expiresAt - session.createdAt == (isConfidential ? 2 * 365 : 14) * 86_400)
    let refresh = try #require(session.refresh)
    #expect(refresh.expiresAt - session.createdAt == (isConfidential ? 90 : 14) * 86_400)
  }

  @Test func clientWithoutTheGrantGetsNoRefreshToken() async throws {
    let server = try Self.server()
    let alice = try await server.signUp()
    let client = OAuthTestClient.web(server) { $0["grant_types"] = ["authorization_code"] }
    let answer = try await client.exchange(try await client.code(for: alice))
    #expect(answer.head.status == .ok)
    #expect(try answer.value["refresh_token"] == nil)
    #expect(try await client.refresh("ref-x").refusal == "400 unauthorized_client")
  }

  @Test func accountCanGrantLess() async throws {
    let server = try Self.server()
    let alice = try await server.signUp()
    let client = OAuthTestClient(server: server)
    let code = try await client.code(for: alice, scope: "atproto")
    #expect(try await client.exchange(code).value["scope"] == "atproto")
    for scope in ["transition:generic", "atproto transition:generic repo:*"] {
      await #expect(throws: OAuthError(.invalidScope, "")) {
        _ = try await client.code(for: alice, scope: scope)
      }
    }
  }

  struct Wrong: Sendable, CustomTestStringConvertible {
    var name: String
    var change: @Sendable (inout OAuthTestClient) -> Void = { _ in }
    var form: [String: String?] = [:]

    var testDescription: String { name }
  }

  /// An attempt with anything wrong uses the code up.
  @Test(arguments: [
    Wrong(name: "verifier", form: ["code_verifier": PKCE.makeVerifier()]),
    Wrong(name: "short verifier", form: ["code_verifier": "x"]),
    Wrong(name: "redirect_uri", form: ["redirect_uri": "https://app.example.com/other"]),
    Wrong(name: "DPoP key", change: { $0.dpop = DPoPKey() }),
    Wrong(
      name: "client",
      change: { client in
        let other = OAuthTestClient.web(client.server, isConfidential: true, host: "b.example.com")
        (client.id, client.key) = (other.id, other.key)
      }
    ),
  ])
  func wrongAttemptUsesTheCodeUp(_ wrong: Wrong) async throws {
    let server = try Self.server()
    let alice = try await server.signUp()
    let client = OAuthTestClient.web(server, isConfidential: true)
    let code = try await client.code(for: alice)
    var other = client
    wrong.change(&other)
    #expect(try await other.exchange(code, wrong.form).refusal == "400 invalid_grant")
    #expect(try await client.exchange(code).refusal == "400 invalid_grant")
  }

  @Test func missingParameterOrNonceLeavesTheCode() async throws {
    let server = try Self.server()
    let alice = try await server.signUp()
    let client = OAuthTestClient(server: server)
    let code = try await client.code(for: alice)
    for name in ["code", "redirect_uri", "code_verifier", "grant_type"] {
      #expect(try await client.exchange(code, [name: nil]).refusal == "400 invalid_request")
    }
    let stale = client.proof("/oauth/token", nonce: "stale")
    #expect(try await client.exchange(code, proof: stale).refusal == "400 use_dpop_nonce")
    let other = try await client.exchange(code, ["grant_type": "password"])
    #expect(other.refusal == "400 unsupported_grant_type")
    #expect(try await client.exchange(code).head.status == .ok)
  }

  @Test func secondUseOfACodeEndsTheSession() async throws {
    let server = try Self.server()
    let alice = try await server.signUp()
    let client = OAuthTestClient(server: server)
    let code = try await client.code(for: alice)
    let tokens = try OAuthTestTokens(try await client.exchange(code))
    #expect(try await client.exchange(code).refusal == "400 invalid_grant")
    #expect(try await server.oauthSession(tokens.access) == nil)
    #expect(try await client.refresh(tokens.refresh).refusal == "400 invalid_grant")
  }

  @Test func challengeIsValidForOneSession() async throws {
    let server = try Self.server()
    let alice = try await server.signUp()
    let client = OAuthTestClient(server: server)
    let first = try await client.code(for: alice)
    let second = try await client.code(for: alice)
    #expect(try await client.exchange(first).head.status == .ok)
    #expect(try await client.exchange(second).refusal == "400 invalid_grant")
  }

  @Test func codeExpires() async throws {
    let server = try Self.server()
    let alice = try await server.signUp()
    let client = OAuthTestClient(server: server)
    let code = try await client.code(for: alice)
    let sessions = server.domain.oauth.sessions
    let form = FormParameters([
      "code": code, "redirect_uri": client.redirectURI, "code_verifier": client.verifier,
    ])
    let registered = try await server.domain.oauth.clients.client(client.id)
    await #expect(throws: OAuthError(.invalidGrant, "")) {
      _ = try await sessions.exchange(
        form,
        by: AuthenticatedClient(client: registered),
        DPoPProof(client.proof("/oauth/token")),
        at: currentSeconds() + 60
      )
    }
  }

  @Test func keyOfTheAssertionMustNotBeTheDPoPKey() async throws {
    let server = try Self.server()
    var client = OAuthTestClient.web(server, isConfidential: true)
    client.dpop = DPoPKey(try #require(client.key))
    #expect(try await client.push().refusal == "400 invalid_request")
  }

  @Test func assertionIsRequiredOfConfidentialClientsOnly() async throws {
    let server = try Self.server()
    let client = OAuthTestClient.web(server, isConfidential: true)
    var unkeyed = client
    unkeyed.key = nil
    #expect(try await unkeyed.push().refusal == "400 invalid_client")
    var stranger = client
    stranger.key = PrivateKey(generating: .p256)
    #expect(try await stranger.push().refusal == "400 invalid_client")
    let wrongAudience = ClientAssertion.sign(
      client: client.id,
      issuer: client.issuer + "/oauth/token",
      key: try #require(client.key),
      keyID: client.keyID
    )
    #expect(try await client.push(assertion: wrongAudience).refusal == "400 invalid_client")
    var keyed = OAuthTestClient(server: server)
    keyed.key = client.key
    #expect(try await keyed.push().refusal == "400 invalid_client")
    #expect(try await client.push().head.status == .created)
  }
}

/// Who can continue a request.
@Suite struct OAuthDecisionTests {
  private static func server() throws -> TestServer { try TestServer { $0.port = 2583 } }

  private func open(
    _ client: OAuthTestClient,
    _ uri: String,
    clientID: String? = nil,
    device: String = "browser",
    at seconds: Int = currentSeconds()
  ) async throws -> PendingAuthorization {
    try await client.server.domain.oauth.requests.open(
      requestURI: uri,
      clientID: clientID ?? client.id,
      device: device,
      at: seconds
    )
  }

  @Test func onlyTheFirstBrowserMayContinue() async throws {
    let server = try Self.server()
    let alice = try await server.signUp()
    let client = OAuthTestClient(server: server)
    let uri = try #require(try await client.push().value["request_uri"]?.string)
    await #expect(throws: AuthorizationPageError.otherClient) {
      _ = try await open(client, uri, clientID: "https://b.example.com/c")
    }
    let pending = try await open(client, uri)
    await #expect(throws: AuthorizationPageError.otherDevice) {
      _ = try await open(client, uri, device: "other")
    }
    let requests = server.domain.oauth.requests
    await #expect(throws: AuthorizationPageError.otherDevice) {
      _ = try await requests.approve(pending.id, device: "other", did: alice.did.parsed())
    }
    await #expect(throws: AuthorizationPageError.otherDevice) {
      _ = try await requests.deny(pending.id, device: "other")
    }
    await #expect(throws: AuthorizationPageError.expired) {
      _ = try await open(client, uri, at: currentSeconds() + 301)
    }
    _ = try await requests.approve(pending.id, device: "browser", did: alice.did.parsed())
    await #expect(throws: AuthorizationPageError.alreadyUsed) { _ = try await open(client, uri) }
    await #expect(throws: AuthorizationPageError.alreadyUsed) {
      _ = try await requests.approve(pending.id, device: "browser", did: alice.did.parsed())
    }
  }

  @Test(arguments: [
    "", "urn:ietf:params:oauth:request_uri:", "urn:ietf:params:oauth:request_uri:req-x", "req-x",
  ])
  func unknownRequestIsRefused(_ uri: String) async throws {
    let client = OAuthTestClient(server: try Self.server())
    await #expect(throws: AuthorizationPageError.unknownRequest) {
      _ = try await open(client, uri)
    }
  }

  @Test func onlyTheHintedAccountMayApprove() async throws {
    let server = try Self.server()
    let alice = try await server.signUp()
    let bob = try await server.signUp("bob")
    let client = OAuthTestClient(server: server)
    for hint in ["Alice.test", alice.did.string] {
      let uri = try await client.push(["login_hint": hint]).value["request_uri"]?.string
      let pending = try await open(client, try #require(uri))
      let requests = server.domain.oauth.requests
      await #expect(throws: AuthorizationPageError.otherAccount) {
        _ = try await requests.approve(pending.id, device: "browser", did: bob.did.parsed())
      }
      _ = try await requests.approve(pending.id, device: "browser", did: alice.did.parsed())
    }
  }

  @Test func inactiveAccountCannotApprove() async throws {
    let server = try Self.server()
    let alice = try await server.signUp()
    let client = OAuthTestClient(server: server)
    try await alice.set(.deactivated)
    let uri = try #require(try await client.push().value["request_uri"]?.string)
    let pending = try await open(client, uri)
    let requests = server.domain.oauth.requests
    let response = try await requests.approve(
      pending.id,
      device: "browser",
      did: alice.did.parsed()
    )
    #expect(response.parameters.contains { $0 == ("error", "access_denied") })
    try await alice.set(.takendown)
    let next = try #require(try await client.push().value["request_uri"]?.string)
    let other = try await open(client, next)
    await #expect(throws: AuthorizationPageError.otherAccount) {
      _ = try await requests.approve(other.id, device: "browser", did: alice.did.parsed())
    }
  }

  @Test(arguments: [
    ("query", "https://app.example.com/cb?x=1&"), ("fragment", "https://app.example.com/cb?x=1#"),
    ("form_post", "https://app.example.com/cb?x=1"),
  ])
  func responseHasIssuerAndState(_ mode: String, _ location: String) async throws {
    let server = try Self.server()
    let alice = try await server.signUp()
    let client = OAuthTestClient.web(server) {
      $0["redirect_uris"] = ["https://app.example.com/cb?x=1"]
    }
    let uri = try await client.push([
      "redirect_uri": "https://app.example.com/cb?x=1", "response_mode": mode,
    ]).value["request_uri"]?.string
    let pending = try await open(client, try #require(uri))
    let response = try await server.domain.oauth.requests.approve(
      pending.id,
      device: "browser",
      did: alice.did.parsed()
    )
    let values = Dictionary(response.parameters.map { ($0.name, $0.value) }) { $1 }
    #expect(values["iss"] == client.issuer && values["state"] == "s t&")
    let code = try #require(values["code"])
    let query = "code=\(code)&iss=http%3A%2F%2Flocalhost%3A2583&state=s%20t%26"
    #expect(response.location == location + (mode == "form_post" ? "" : query))
  }

  @Test func denialEndsTheRequest() async throws {
    let server = try Self.server()
    let client = OAuthTestClient(server: server)
    let uri = try #require(try await client.push().value["request_uri"]?.string)
    let pending = try await open(client, uri)
    let requests = server.domain.oauth.requests
    let response = try await requests.deny(pending.id, device: "browser")
    #expect(response.location.contains("error=access_denied"))
    await #expect(throws: AuthorizationPageError.unknownRequest) { _ = try await open(client, uri) }
  }

  @Test func agreementIsRememberedForClientsThatProveWhoTheyAre() async throws {
    let server = try Self.server()
    let alice = try await server.signUp()
    let requests = server.domain.oauth.requests
    for isConfidential in [false, true] {
      let client = OAuthTestClient.web(
        server,
        isConfidential: isConfidential,
        host: isConfidential ? "a.example.com" : "b.example.com"
      )
      _ = try await client.code(for: alice, scope: "atproto")
      for (scope, isCovered) in [("atproto", true), ("atproto transition:generic", false)] {
        let uri = try await client.push(["scope": scope]).value["request_uri"]?.string
        let pending = try await open(client, try #require(uri))
        let isAgreed = try await requests.isAgreed(pending, by: alice.did.parsed())
        #expect(isAgreed == (isConfidential && isCovered))
      }
    }
  }
}
