import ATProtoAuth
import ATProtoCrypto
import ATProtoData
import ATProtoHTTP
import HTTPTypes
import Testing
import XRPCAsyncHTTPClient

@testable import PDS

@Suite struct OAuthPushTests {
  @Test func requestIsPushed() async throws {
    let server = try TestServer { $0.port = 2583 }
    let answer = try await OAuthTestClient(server: server).push()
    #expect(answer.head.status == .created)
    #expect(answer["Cache-Control"] == "no-store" && answer["Pragma"] == "no-cache")
    #expect(answer["DPoP-Nonce"] != nil)
    let uri = try #require(try answer.value["request_uri"]?.string)
    #expect(uri.hasPrefix("urn:ietf:params:oauth:request_uri:req-"))
    #expect(try answer.value["expires_in"] == 300)
  }

  @Test func requestIsPushedAsJSON() async throws {
    let server = try TestServer { $0.port = 2583 }
    let client = OAuthTestClient(server: server)
    let body: DataValue = [
      "client_id": .string(client.id), "response_type": "code",
      "redirect_uri": .string(client.redirectURI), "scope": "atproto", "state": "s",
      "code_challenge": .string(PKCE.challenge(of: client.verifier)),
      "code_challenge_method": "S256",
    ]
    let answer = try await server.web(
      .post,
      "/oauth/par",
      [.contentType: "application/json; charset=utf-8", .dpop: client.proof("/oauth/par")],
      body: body.jsonBytes()
    )
    #expect(answer.head.status == .created)
  }

  struct Refused: Sendable, CustomTestStringConvertible {
    var name: String
    var value: String?
    var code: String

    init(_ name: String, _ value: String?, _ code: String = "invalid_request") {
      self.name = name
      self.value = value
      self.code = code
    }

    var testDescription: String { "\(name)=\(value?.prefix(40) ?? "absent")" }
  }

  @Test(arguments: [
    Refused("client_id", nil), Refused("client_id", "app", "invalid_client_metadata"),
    Refused("response_type", nil), Refused("response_type", "token", "unsupported_response_type"),
    Refused("redirect_uri", nil), Refused("redirect_uri", "http://127.0.0.1/other"),
    Refused("redirect_uri", "https://evil.example.com/"), Refused("scope", nil, "invalid_scope"),
    Refused("scope", "transition:generic", "invalid_scope"),
    Refused("scope", "atproto openid", "invalid_scope"),
    Refused("scope", "atproto blob:*/*", "invalid_scope"), Refused("code_challenge", nil),
    Refused("code_challenge", "short"), Refused("code_challenge_method", nil),
    Refused("code_challenge_method", "plain"), Refused("request_uri", "urn:x"),
    Refused("request", "e30", "request_not_supported"), Refused("nonce", "n"),
    Refused("claims", "{}"), Refused("id_token_hint", "x"),
    Refused("authorization_details", "[]", "invalid_authorization_details"),
    Refused("login_hint", "not a handle"), Refused("prompt", "sometimes"),
    Refused("prompt", "none"), Refused("response_mode", "fax"),
    Refused("dpop_jkt", String(repeating: "A", count: 43)),
    Refused("state", String(repeating: "x", count: 1 << 20)),
    Refused("client_assertion", "x.y.z", "invalid_request"),
  ])
  func wrongParameterIsRefused(_ refused: Refused) async throws {
    let server = try TestServer { $0.port = 2583 }
    let answer = try await OAuthTestClient(server: server).push([refused.name: refused.value])
    #expect(answer.refusal == "400 \(refused.code)")
    #expect(try answer.value["error_description"]?.string?.isEmpty == false)
    #expect(answer["DPoP-Nonce"] != nil && answer["Cache-Control"] == "no-store")
    let count = try await server.store.read { transaction in
      try transaction.oauth.pendingRequestCount(from: nil)
    }
    #expect(count == 0)
  }

  @Test(arguments: [
    ("scope=atproto&scope=atproto", "application/x-www-form-urlencoded"),
    ("scope=%ff", "application/x-www-form-urlencoded"),
    ("scope=%zz", "application/x-www-form-urlencoded"),
    (String(repeating: "a=b&", count: 40_000), "application/x-www-form-urlencoded"),
    ("{}", "text/plain"), ("[", "application/json"), ("[]", "application/json"),
    (String(repeating: "[", count: 100_000), "application/json"), ("", "multipart/form-data"),
  ])
  func malformedBodyIsRefused(_ body: String, _ type: String) async throws {
    let server = try TestServer { $0.port = 2583 }
    let client = OAuthTestClient(server: server)
    let answer = try await server.web(
      .post,
      "/oauth/par",
      [.contentType: type, .dpop: client.proof("/oauth/par")],
      body: Array(body.utf8)
    )
    #expect(answer.refusal == "400 invalid_request")
  }

  /// https://github.com/haileyok/cocoon/pull/121
  @Test func requestWithoutProofIsRefused() async throws {
    let server = try TestServer { $0.port = 2583 }
    let client = OAuthTestClient(server: server)
    for path in ["/oauth/par", "/oauth/token", "/oauth/revoke"] {
      let form = FormParameters(["client_id": client.id]).form
      let type: HTTPFields = [.contentType: "application/x-www-form-urlencoded"]
      var answer = try await server.web(.post, path, type, body: form)
      #expect(answer.refusal == "400 invalid_dpop_proof" && answer["DPoP-Nonce"] != nil)
      var twice = type
      twice.append(HTTPField(name: .dpop, value: client.proof(path)))
      twice.append(HTTPField(name: .dpop, value: client.proof(path)))
      answer = try await server.web(.post, path, twice, body: form)
      #expect(answer.refusal == "400 invalid_dpop_proof")
      answer = try await server.web(.post, path, type.merging([.dpop: "x"]), body: form)
      #expect(answer.refusal == "400 invalid_dpop_proof")
    }
  }

  @Test func proofCanBeUsedOnce() async throws {
    let server = try TestServer { $0.port = 2583 }
    let client = OAuthTestClient(server: server)
    let proof = client.proof("/oauth/par")
    #expect(try await client.push(proof: proof).head.status == .created)
    #expect(try await client.push(proof: proof).refusal == "400 invalid_dpop_proof")
  }

  @Test func nonceOfResponseIsAcceptedAndOthersAreNot() async throws {
    let server = try TestServer { $0.port = 2583 }
    let client = OAuthTestClient(server: server)
    for nonce in ["", "nonce", DPoPNonces(secret: [1], notBefore: 0).current(at: currentSeconds())]
    {
      let proof = client.proof("/oauth/par", nonce: nonce)
      let refused = try await client.push(proof: proof)
      #expect(refused.refusal == "400 use_dpop_nonce")
      let next = client.proof("/oauth/par", nonce: refused["DPoP-Nonce"])
      #expect(try await client.push(proof: next).head.status == .created)
    }
  }

  /// https://github.com/bluesky-social/pds/issues/163
  @Test func proofNamesThePublicURLBehindAProxy() async throws {
    let server = try TestServer {
      $0.isDevelopment = false
      $0.hostname = "pds.example.com"
    }
    let client = OAuthTestClient(server: server)
    #expect(client.issuer == "https://pds.example.com")
    #expect(try await client.push().head.status == .created)
    let wrong = client.dpop.proof(
      method: "POST",
      url: "http://pds.example.com/oauth/par",
      nonce: server.domain.oauth.proofs.nonce()
    )
    #expect(try await client.push(proof: wrong).refusal == "400 invalid_dpop_proof")
  }

  /// Deployed libraries send the same assertion again with the nonce.
  @Test func assertionIsNotUsedUpByARequestForANonce() async throws {
    let server = try TestServer { $0.port = 2583 }
    let client = OAuthTestClient.web(server, isConfidential: true)
    let assertion = ClientAssertion.sign(
      client: client.id,
      issuer: client.issuer,
      key: try #require(client.key),
      keyID: client.keyID
    )
    let stale = client.proof("/oauth/par", nonce: "stale")
    let refused = try await client.push(proof: stale, assertion: assertion)
    #expect(refused.refusal == "400 use_dpop_nonce")
    #expect(try await client.push(assertion: assertion).head.status == .created)
    #expect(try await client.push(assertion: assertion).refusal == "400 invalid_client")
  }

  @Test func unknownValuesOfScopeAreDropped() async throws {
    let server = try TestServer { $0.port = 2583 }
    var client = OAuthTestClient.web(server) { $0["scope"] = "atproto future:x repo:a*b" }
    client.scope = "atproto future:x repo:a*b"
    let uri = try #require(try await client.push().value["request_uri"]?.string)
    let pending = try await server.domain.oauth.requests.open(
      requestURI: uri,
      clientID: client.id,
      device: "browser"
    )
    #expect(pending.scope.description == "atproto")
  }

  @Test func pendingRequestsOfANetworkAreBounded() async throws {
    let server = try TestServer { $0.port = 2583 }
    let client = OAuthTestClient(server: server)
    try await server.store.write { transaction in
      for index in 0..<OAuthBounds.pendingRequestsPerNetwork {
        try transaction.oauth.set(
          OAuthRequest(
            id: "\(index)",
            clientID: "c",
            parameters: [],
            binding: OAuthBinding(dpopThumbprint: "d"),
            expiresAt: currentSeconds() + 300,
            network: "192.0.2.1"
          )
        )
      }
    }
    let refused = try await client.push(from: "192.0.2.1")
    #expect(refused.refusal == "503 temporarily_unavailable")
    #expect(try await client.push(from: "192.0.2.2").head.status == .created)
  }

  @Test func requestOverASocketIsOfTheForwardedNetwork() async throws {
    let server = try TestServer {
      $0.hasRateLimits = true
      $0.trustedProxies = 1
    }
    try await server.overSocket { url in
      let client = OAuthTestClient(server: server)
      let form = FormParameters([
        "client_id": client.id, "response_type": "code", "redirect_uri": client.redirectURI,
        "scope": "atproto", "code_challenge": PKCE.challenge(of: client.verifier),
        "code_challenge_method": "S256",
      ]).form
      let fields: HTTPFields = [
        .contentType: "application/x-www-form-urlencoded", .dpop: client.proof("/oauth/par"),
        HTTPField.Name("X-Forwarded-For")!: "2001:db8::1",
      ]
      let answer = try await AsyncHTTPClientTransport.shared.send(
        try #require(HTTPURL(url + "/oauth/par")).request(.post, fields),
        body: form,
        options: TransportOptions()
      )
      #expect(answer.head.status == .created, "\(answer.text)")
      let count = try await server.store.read { transaction in
        try transaction.oauth.pendingRequestCount(from: "2001:db8::")
      }
      #expect(count == 1)
    }
  }

  @Test func pushesAreLimitedByNetwork() async throws {
    let server = try TestServer {
      $0.port = 2583
      $0.hasRateLimits = true
    }
    let client = OAuthTestClient(server: server)
    var status = 0
    for _ in 0..<1_600 where status != 429 {
      let answer = try await server.web(.post, "/oauth/par", from: "192.0.2.1")
      status = answer.head.status.code
      if status == 429 { #expect(answer["Retry-After"] != nil) }
    }
    #expect(status == 429)
    #expect(try await client.push(from: "192.0.2.1").refusal == "429 temporarily_unavailable")
    #expect(try await client.push(from: "192.0.2.2").head.status == .created)
  }
}

extension HTTPFields {
  fileprivate func merging(_ other: HTTPFields) -> HTTPFields {
    var fields = self
    fields.append(contentsOf: other)
    return fields
  }
}
