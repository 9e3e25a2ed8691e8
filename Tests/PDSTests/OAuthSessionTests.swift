import ATProtoAuth
import ATProtoCrypto
import ATProtoData
import ATProtoHTTP
import ATProtoSyntax
import Foundation
import HTTPTypes
import Testing

@testable import PDS

/// Refreshes, and the end of sessions.
@Suite struct OAuthSessionTests {
  private static func server() throws -> TestServer { try TestServer { $0.port = 2583 } }

  @Test(arguments: [false, true])
  func refreshReplacesBothTokens(_ isConfidential: Bool) async throws {
    let server = try Self.server()
    let alice = try await server.signUp()
    let client = OAuthTestClient.web(server, isConfidential: isConfidential)
    let first = try await client.session(of: alice)
    let answer = try await client.refresh(first.refresh)
    #expect(answer.head.status == .ok)
    #expect(try answer.value["sub"]?.string == alice.did.string)
    let second = try OAuthTestTokens(answer)
    #expect(second.access != first.access && second.refresh != first.refresh)
    #expect(try await server.oauthSession(first.access) == nil)
    #expect(try await server.oauthSession(second.access) != nil)
    #expect(try await client.refresh(second.refresh).head.status == .ok)
  }

  /// https://github.com/bluesky-social/atproto/issues/5411: if the response is lost, the account
  /// signs in again.
  @Test func secondUseOfARefreshTokenEndsTheSession() async throws {
    let server = try Self.server()
    let alice = try await server.signUp()
    let client = OAuthTestClient(server: server)
    let first = try await client.session(of: alice)
    let second = try OAuthTestTokens(try await client.refresh(first.refresh))
    #expect(try await client.refresh(first.refresh).refusal == "400 invalid_grant")
    #expect(try await server.oauthSession(second.access) == nil)
    #expect(try await client.refresh(second.refresh).refusal == "400 invalid_grant")
  }

  /// https://github.com/bluesky-social/atproto/issues/4656 and 3960
  @Test func oneOfManyConcurrentRefreshesSucceeds() async throws {
    let server = try Self.server()
    let alice = try await server.signUp()
    let client = OAuthTestClient(server: server)
    for _ in 0..<5 {
      var client = client
      client.verifier = PKCE.makeVerifier()
      let tokens = try await client.session(of: alice)
      let refusals = try await withThrowingTaskGroup(of: String?.self) { [client] group in
        for _ in 0..<8 { group.addTask { try await client.refresh(tokens.refresh).refusal } }
        return try await group.reduce(into: [String?]()) { $0.append($1) }
      }
      #expect(refusals.count { $0 == nil } == 1)
      #expect(refusals.compactMap(\.self).allSatisfy { $0 == "400 invalid_grant" })
    }
  }

  @Test func oneOfManyConcurrentExchangesSucceeds() async throws {
    let server = try Self.server()
    let alice = try await server.signUp()
    let client = OAuthTestClient(server: server)
    let code = try await client.code(for: alice)
    let refusals = try await withThrowingTaskGroup(of: String?.self) { group in
      for _ in 0..<8 { group.addTask { try await client.exchange(code).refusal } }
      return try await group.reduce(into: [String?]()) { $0.append($1) }
    }
    #expect(refusals.count { $0 == nil } == 1)
    #expect(refusals.compactMap(\.self).allSatisfy { $0 == "400 invalid_grant" })
  }

  @Test(arguments: ["DPoP key", "client", "client key"])
  func refreshByAnotherEndsTheSession(_ what: String) async throws {
    let server = try Self.server()
    let alice = try await server.signUp()
    let client = OAuthTestClient.web(server, isConfidential: true)
    let tokens = try await client.session(of: alice)
    var other = client
    switch what {
    case "DPoP key": other.dpop = DPoPKey()
    case "client":
      let stranger = OAuthTestClient.web(server, isConfidential: true, host: "b.example.com")
      (other.id, other.key) = (stranger.id, stranger.key)
    default:
      // A second key of the same client.
      other.key = PrivateKey(generating: .p256)
      other.keyID = "key-2"
      var document = client.document
      document["jwks"] = OAuthTestClient.keys([
        (try #require(client.key), "key-1"), (try #require(other.key), "key-2"),
      ])
      server.network.add("app.example.com") { [document] _, _ in .json(.object(document)) }
    }
    #expect(try await other.refresh(tokens.refresh).refusal == "400 invalid_grant")
    #expect(try await server.oauthSession(tokens.access) == nil)
    #expect(try await client.refresh(tokens.refresh).refusal == "400 invalid_grant")
  }

  @Test func refreshWithAStaleNonceUsesNothingUp() async throws {
    let server = try Self.server()
    let alice = try await server.signUp()
    let client = OAuthTestClient.web(server, isConfidential: true)
    let tokens = try await client.session(of: alice)
    let stale = client.proof("/oauth/token", nonce: "stale")
    #expect(try await client.refresh(tokens.refresh, proof: stale).refusal == "400 use_dpop_nonce")
    #expect(try await client.refresh(tokens.refresh).head.status == .ok)
  }

  @Test func scopeOfARefreshCannotGrow() async throws {
    let server = try Self.server()
    let alice = try await server.signUp()
    let client = OAuthTestClient(server: server)
    let tokens = try await client.session(of: alice)
    for scope in ["atproto repo:*", "transition:generic"] {
      let refused = try await client.refresh(tokens.refresh, ["scope": scope])
      #expect(refused.refusal == "400 invalid_scope")
    }
    let narrowed = try await client.refresh(tokens.refresh, ["scope": "atproto"])
    #expect(try narrowed.value["scope"] == "atproto")
    let whole = try await client.refresh(try OAuthTestTokens(narrowed).refresh)
    #expect(try whole.value["scope"] == "atproto transition:generic")
    // The second use of a token ends the session, whatever scope it asks for.
    let used = try await client.refresh(tokens.refresh, ["scope": "atproto repo:*"])
    #expect(used.refusal == "400 invalid_grant")
    #expect(try await server.oauthSession(OAuthTestTokens(whole).access) == nil)
  }

  /// "The server must revoke the session and reject further token refreshes if the client
  /// authentication key becomes absent from the client metadata."
  @Test func removedKeyEndsTheSession() async throws {
    let server = try Self.server()
    let alice = try await server.signUp()
    let client = OAuthTestClient.web(server, isConfidential: true)
    server.network.add("app.example.com") { [document = client.document] _, _ in
      .json(.object(document), cacheControl: "no-store")
    }
    let tokens = try await client.session(of: alice)
    var rotated = client
    rotated.key = PrivateKey(generating: .p256)
    rotated.keyID = "key-2"
    server.network.add("app.example.com") { [document = rotated.document] _, _ in
      .json(.object(document), cacheControl: "no-store")
    }
    #expect(try await client.refresh(tokens.refresh).refusal == "400 invalid_client")
    #expect(try await server.oauthSession(tokens.access) == nil)
  }

  /// The keys of a client that becomes a public one are absent, too.
  @Test func clientThatBecomesPublicLosesTheSession() async throws {
    let server = try Self.server()
    let alice = try await server.signUp()
    let client = OAuthTestClient.web(server, isConfidential: true)
    server.network.add("app.example.com") { [document = client.document] _, _ in
      .json(.object(document), cacheControl: "no-store")
    }
    let tokens = try await client.session(of: alice)
    let open = OAuthTestClient.web(server)
    server.network.add("app.example.com") { [document = open.document] _, _ in
      .json(.object(document), cacheControl: "no-store")
    }
    #expect(try await client.refresh(tokens.refresh).head.status == .badRequest)
    #expect(try await server.oauthSession(tokens.access) == nil)
  }

  /// https://github.com/bluesky-social/atproto/issues/4278
  @Test(arguments: [false, true])
  func revocationEndsTheSessionAtOnce(_ isRefreshToken: Bool) async throws {
    let server = try Self.server()
    let alice = try await server.signUp()
    let client = OAuthTestClient(server: server)
    let tokens = try await client.session(of: alice)
    let stranger = OAuthTestClient.web(server)
    let token = isRefreshToken ? tokens.refresh : tokens.access
    // No effect on tokens of other clients.
    let foreign = try await stranger.post("/oauth/revoke", ["token": token])
    #expect(foreign.head.status == .ok)
    #expect(try await server.oauthSession(tokens.access) != nil)
    let answer = try await client.post(
      "/oauth/revoke",
      ["token": token, "token_type_hint": "refresh_token"]
    )
    #expect(answer.head.status == .ok && answer["DPoP-Nonce"] != nil)
    #expect(try await server.oauthSession(tokens.access) == nil)
    #expect(try await client.refresh(tokens.refresh).refusal == "400 invalid_grant")
    let unknown = try await client.post("/oauth/revoke", ["token": token])
    #expect(unknown.head.status == .ok)
    #expect(try await client.post("/oauth/revoke", [:]).refusal == "400 invalid_request")
  }

  enum End: String, CaseIterable, Sendable {
    case takedown, passwordReset, deletion
  }

  @Test(arguments: End.allCases)
  func everythingOfTheAccountEnds(_ end: End) async throws {
    let server = try Self.server()
    let alice = try await server.signUp()
    let bob = try await server.signUp("bob")
    var client = OAuthTestClient(server: server)
    let tokens = try await client.session(of: alice)
    client.verifier = PKCE.makeVerifier()
    let code = try await client.code(for: alice)
    let did = try alice.did.parsed()
    let clientID = client.id
    var others = client
    others.verifier = PKCE.makeVerifier()
    let kept = try await others.session(of: bob)
    try await server.store.write { transaction in
      try transaction.oauth.set(
        OAuthConsent(did: did, clientID: clientID, scope: "atproto", grantedAt: 1)
      )
      try transaction.oauth.set(
        OAuthDevice(
          id: "browser",
          sessionHash: [1],
          rotatedAt: 1,
          createdAt: 1,
          seenAt: 1,
          expiresAt: currentSeconds() + 100
        )
      )
      try transaction.oauth.set(
        OAuthSignIn(
          device: "browser",
          did: did,
          authenticatedAt: 1,
          expiresAt: currentSeconds() + 100
        )
      )
    }
    switch end {
    case .takedown: try await server.domain.takedowns.set("note", of: .account(did))
    case .passwordReset: try await server.domain.accounts.setPassword("another password", of: did)
    case .deletion: try await server.domain.deletion.delete(did)
    }
    #expect(try await server.oauthSession(tokens.access) == nil)
    #expect(try await client.refresh(tokens.refresh).refusal == "400 invalid_grant")
    #expect(try await client.exchange(code).refusal == "400 invalid_grant")
    let rest = try await server.store.read { transaction in
      try (
        transaction.oauth.devices(of: did).count,
        transaction.oauth.consent(of: did, to: clientID)
      )
    }
    #expect(rest.0 == 0 && rest.1 == nil)
    #expect(try await server.oauthSession(kept.access) != nil)
  }

  @Test func sessionsAreListedAndEndedByTheirAccount() async throws {
    let server = try Self.server()
    let alice = try await server.signUp()
    let bob = try await server.signUp("bob")
    let client = OAuthTestClient(server: server)
    let tokens = try await client.session(of: alice)
    let sessions = server.domain.oauth.sessions
    let list = try await sessions.list(of: alice.did.parsed())
    #expect(list.map(\.clientID) == [client.id])
    try await sessions.end(list[0].id, of: bob.did.parsed())
    #expect(try await server.oauthSession(tokens.access) != nil)
    try await sessions.end(list[0].id, of: alice.did.parsed())
    #expect(try await server.oauthSession(tokens.access) == nil)
  }

  @Test func requestsAndSessionsSurviveARestart() async throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("pds-\(UUID().uuidString)")
    let copy = FileManager.default.temporaryDirectory
      .appendingPathComponent("pds-\(UUID().uuidString)")
    let network = TestNetwork()
    var pushed: String?
    var tokens: OAuthTestTokens?
    var client: OAuthTestClient?
    var used: String?
    do {
      let server = try TestServer(folder: folder, network: network) { $0.port = 2583 }
      let alice = try await server.signUp()
      let first = OAuthTestClient(server: server)
      tokens = try await first.session(of: alice)
      client = first
      used = first.proof("/oauth/token")
      pushed = try await first.push().value["request_uri"]?.string
      // The folder disappears with the server.
      try FileManager.default.copyItem(at: folder, to: copy)
    }
    let before = try #require(client)
    // Nonces count seconds.
    try await Task.sleep(for: .milliseconds(1_100))
    let server = try TestServer(folder: copy, network: network) { $0.port = 2583 }
    var after = OAuthTestClient(server: server)
    (after.dpop, after.verifier) = (before.dpop, before.verifier)
    // A proof from before the restart may have been used.
    let old = try await after.refresh(try #require(tokens).refresh, proof: used)
    #expect(old.refusal == "400 use_dpop_nonce")
    #expect(try await after.refresh(try #require(tokens).refresh).head.status == .ok)
    _ = try await server.domain.oauth.requests.open(
      requestURI: try #require(pushed),
      clientID: after.id,
      device: "browser"
    )
  }

  @Test func expiredDataIsSwept() async throws {
    let server = try Self.server()
    let alice = try await server.signUp()
    let client = OAuthTestClient(server: server)
    let tokens = try await client.session(of: alice)
    _ = try await client.push()
    let retention = server.domain.oauth.retention
    try await retention.sweep()
    #expect(try await server.oauthSession(tokens.access) != nil)
    let now = currentSeconds()
    try await retention.sweep(at: now + 301)
    let pending = try await server.store.read { transaction in
      try transaction.oauth.pendingRequestCount(from: nil)
    }
    #expect(pending == 0)
    try await retention.sweep(at: now + 15 * 86_400)
    #expect(try await server.oauthSession(tokens.access) == nil)
  }
}

extension HTTPTransportResponse {
  static func json(_ value: DataValue, cacheControl: String) -> Self {
    var response = HTTPTransportResponse.json(value)
    response.head.headerFields[.cacheControl] = cacheControl
    return response
  }
}
