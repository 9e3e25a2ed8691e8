import ATProtoAuth
import ATProtoCrypto
import ATProtoData
import ATProtoHTTP
import ATProtoSyntax
import HTTPTypes
import Testing

@testable import PDS

/// An OAuth client of a test server, called without a socket.
struct OAuthTestClient: Sendable {
  static let redirectURI = "http://127.0.0.1/callback"
  /// A public client for development, whose metadata is in its ID.
  static let localhost =
    "http://localhost?redirect_uri=http%3A%2F%2F127.0.0.1%2Fcallback"
    + "&scope=atproto%20transition%3Ageneric%20repo%3A%2A"

  let server: TestServer
  var id = localhost
  var redirectURI = Self.redirectURI
  var scope = "atproto transition:generic"
  var dpop = DPoPKey()
  var verifier = PKCE.makeVerifier()
  /// The key of a confidential client.
  var key: PrivateKey?
  var keyID = "key-1"

  /// A public or confidential web client, whose document is served at `app.example.com`.
  static func web(
    _ server: TestServer,
    isConfidential: Bool = false,
    host: String = "app.example.com",
    _ change: (inout DataObject) -> Void = { _ in }
  ) -> OAuthTestClient {
    var client = OAuthTestClient(
      server: server,
      id: "https://\(host)/client.json",
      redirectURI: "https://\(host)/callback"
    )
    if isConfidential { client.key = PrivateKey(generating: .p256) }
    var document = client.document
    change(&document)
    server.network.add(host) { [document] _, _ in .json(.object(document)) }
    return client
  }

  /// The metadata document of a web client.
  var document: DataObject {
    var document: DataObject = [
      "client_id": .string(id), "redirect_uris": [.string(redirectURI)],
      "scope": "atproto transition:generic repo:*", "response_types": ["code"],
      "grant_types": ["authorization_code", "refresh_token"], "dpop_bound_access_tokens": true,
      "token_endpoint_auth_method": "none",
    ]
    if let key {
      document["token_endpoint_auth_method"] = "private_key_jwt"
      document["token_endpoint_auth_signing_alg"] = "ES256"
      document["jwks"] = Self.keys([(key, keyID)])
    }
    return document
  }

  static func keys(_ keys: [(PrivateKey, String)]) -> DataValue {
    let values = keys.map { key, id in
      try! DataValue(json: Array(JWK(key.publicKey, keyID: id).json.utf8))
    }
    return ["keys": .array(values)]
  }

  /// The issuer of the server.
  var issuer: String { server.domain.identities.baseURL.url }

  func proof(
    _ path: String,
    nonce: String? = nil,
    key: DPoPKey? = nil
  ) -> String {
    (key ?? dpop).proof(
      method: "POST",
      url: issuer + path,
      nonce: nonce ?? server.domain.oauth.proofs.nonce()
    )
  }

  /// Posts a form with a DPoP proof and, if the client has a key, an assertion.
  func post(
    _ path: String,
    _ form: [String: String?],
    proof: String? = nil,
    assertion: String? = nil,
    from address: String? = nil
  ) async throws -> HTTPTransportResponse {
    var values = ["client_id": id]
    if let key {
      values["client_assertion_type"] = ClientAssertion.type
      values["client_assertion"] =
        assertion ?? ClientAssertion.sign(client: id, issuer: issuer, key: key, keyID: keyID)
    }
    for (name, value) in form { values[name] = value }
    return try await server.web(
      .post,
      path,
      [
        .contentType: "application/x-www-form-urlencoded",
        .dpop: proof ?? self.proof(path),
      ],
      body: FormParameters(values).form,
      from: address
    )
  }

  /// Pushes an authorization request. A nil value leaves a parameter out.
  func push(
    _ changes: [String: String?] = [:],
    proof: String? = nil,
    assertion: String? = nil,
    from address: String? = nil
  ) async throws -> HTTPTransportResponse {
    let form: [String: String?] = [
      "response_type": "code", "redirect_uri": redirectURI, "scope": scope, "state": "s t&",
      "code_challenge": PKCE.challenge(of: verifier), "code_challenge_method": "S256",
    ]
    return try await post(
      "/oauth/par",
      form.merging(changes) { $1 },
      proof: proof,
      assertion: assertion,
      from: address
    )
  }

  /// Pushes a request and approves it.
  ///
  /// - Returns: the code.
  func code(for account: TestAccount, scope: String? = nil) async throws -> String {
    let pushed = try await push()
    let uri = try #require(try pushed.value["request_uri"]?.string, "\(pushed.text)")
    let requests = server.domain.oauth.requests
    let pending = try await requests.open(requestURI: uri, clientID: id, device: "browser")
    let response = try await requests.approve(
      pending.id,
      device: "browser",
      did: account.did.parsed(),
      scope: scope
    )
    return try #require(response.parameters.first { $0.name == "code" }?.value)
  }

  /// Exchanges a code.
  func exchange(
    _ code: String,
    _ changes: [String: String?] = [:],
    proof: String? = nil
  ) async throws -> HTTPTransportResponse {
    let form: [String: String?] = [
      "grant_type": "authorization_code", "code": code, "redirect_uri": redirectURI,
      "code_verifier": verifier,
    ]
    return try await post("/oauth/token", form.merging(changes) { $1 }, proof: proof)
  }

  func refresh(
    _ token: String,
    _ changes: [String: String?] = [:],
    proof: String? = nil
  ) async throws -> HTTPTransportResponse {
    let form: [String: String?] = ["grant_type": "refresh_token", "refresh_token": token]
    return try await post("/oauth/token", form.merging(changes) { $1 }, proof: proof)
  }

  /// Goes through the whole flow.
  func session(of account: TestAccount) async throws -> OAuthTestTokens {
    try OAuthTestTokens(try await exchange(try await code(for: account)))
  }
}

/// The tokens in a response of the token endpoint.
struct OAuthTestTokens: Sendable {
  var access: String
  var refresh: String

  init(_ response: HTTPTransportResponse) throws {
    let body = try response.value
    access = try #require(body["access_token"]?.string, "\(response.text)")
    refresh = try #require(body["refresh_token"]?.string, "\(response.text)")
  }
}

extension TestServer {
  /// The session whose present access token this is.
  func oauthSession(_ accessToken: String) async throws -> OAuthSession? {
    let hash = OAuthSecret.hash(accessToken)
    return try await store.read { transaction in try transaction.oauth.session(access: hash) }
  }
}

extension HTTPTransportResponse {
  var value: DataValue { get throws { try DataValue(json: body) } }
  var text: String { String(decoding: body, as: UTF8.self) }

  subscript(_ name: String) -> String? { head.headerFields[HTTPField.Name(name)!] }
}
