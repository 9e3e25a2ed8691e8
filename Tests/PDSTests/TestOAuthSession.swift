import ATProtoAuth
import ATProtoCrypto
import ATProtoData
import ATProtoHTTP
import ATProtoSyntax
import HTTPTypes
import XRPC

@testable import PDS

/// An OAuth session of a test account, put into the store as if the account had granted it.
struct TestOAuthSession: Sendable {
  static let clientID = "https://app.example.com/client.json"

  let account: TestAccount
  let id: String
  let token: String
  let key: PrivateKey

  var server: TestServer { account.server }

  /// The proof of a call. By default, the call is made with it as it is.
  func proof(_ call: String, _ verb: HTTPRequest.Method = .get) throws -> TestProof {
    let path = call.split(separator: "?").first.map(String.init) ?? ""
    return try TestProof(
      key: key,
      method: verb.rawValue,
      url: "\(server.domain.identities.baseURL.url)/xrpc/\(path)",
      token: token,
      nonce: server.nonce
    )
  }

  /// The header fields of a call.
  func fields(_ call: String, _ verb: HTTPRequest.Method = .get) throws -> HTTPFields {
    [.authorization: "DPoP \(token)", .dpop: try proof(call, verb).signed(with: key)]
  }

  func call(
    _ call: String,
    _ verb: HTTPRequest.Method = .get,
    fields: HTTPFields = [:],
    body: [UInt8]? = nil,
    proof change: (inout TestProof) -> Void = { _ in }
  ) async throws -> HTTPTransportResponse {
    var proof = try proof(call, verb)
    change(&proof)
    var fields = fields
    if fields[.authorization] == nil { fields[.authorization] = "DPoP \(token)" }
    if !fields.contains(.dpop) { fields[.dpop] = proof.signed(with: key) }
    return try await server.call(call, verb, fields: fields, body: body)
  }

  /// Calls a procedure with JSON.
  func call(
    _ nsid: String,
    json: DataValue,
    fields: HTTPFields = [:]
  ) async throws -> HTTPTransportResponse {
    var fields = fields
    fields[.contentType] = "application/json"
    return try await call(nsid, .post, fields: fields, body: json.jsonBytes())
  }

  /// Creates a record.
  func create(_ record: DataValue = .post("hello")) async throws -> HTTPTransportResponse {
    try await call(
      "com.atproto.repo.createRecord",
      json: [
        "repo": .string(account.did.string),
        "collection": .string(record.type ?? TestAccount.collection), "record": record,
      ]
    )
  }
}

extension TestServer {
  /// The nonce that DPoP proofs must have now.
  var nonce: String { domain.oauth.proofs.nonce() }
}

extension TestAccount {
  /// An OAuth session with a scope.
  func oauth(
    _ scope: String = "atproto transition:generic",
    _ change: (inout OAuthSession) -> Void = { _ in }
  ) async throws -> TestOAuthSession {
    // A server that does not listen has no port, and a URL must have one.
    let baseURL = server.domain.identities.baseURL
    if baseURL.url.hasSuffix(":0") { baseURL.url = "http://localhost:2583" }
    let (key, token) = (PrivateKey(generating: .p256), SecureRandom.base32(32))
    let now = currentSeconds()
    var session = OAuthSession(
      id: SecureRandom.base32(16),
      did: try did.parsed(),
      clientID: TestOAuthSession.clientID,
      scope: scope,
      tokenScope: scope,
      binding: OAuthBinding(dpopThumbprint: JWK(key.publicKey).thumbprint),
      createdAt: now,
      refreshedAt: now,
      expiresAt: now + 86_400,
      accessHash: SHA256.hash(Array(token.utf8)).bytes,
      accessExpiresAt: now + 300
    )
    change(&session)
    let made = session
    try await server.store.write { transaction in try transaction.oauth.set(made) }
    return TestOAuthSession(account: self, id: session.id, token: token, key: key)
  }
}

extension HTTPTransportResponse {
  /// The `message` of an error.
  var message: String? { (try? DataValue(json: body))?["message"]?.string }
}
