import ATProtoAuth
import ATProtoCrypto
import ATProtoData
import ATProtoHTTP
import ATProtoIdentity
import ATProtoSyntax
import HTTPTypes
import Synchronization
import XRPC

@testable import OAuthClient

/// An account's PDS and its authorization server in memory. It checks what a client sends as the
/// specifications require, and notes each violation.
final class FakeNetwork: Sendable {
  static let pds = "https://pds.example"
  static let issuer = "https://auth.example"
  static let did: DID = "did:plc:alice"
  static let handle: Handle = "alice.example"

  /// What tests change about the servers.
  struct Behavior: Sendable {
    /// Replaces the answer to a request for a document, by path and host.
    var document: @Sendable (HTTPURL, HTTPTransportResponse) -> HTTPTransportResponse = { $1 }
    /// Changes a successful token response.
    var tokens: @Sendable (inout DataObject) -> Void = { _ in }
    var sendsNonces = true
    /// Whether no nonce is ever accepted, though each response has one.
    var forgetsNonces = false
    /// Where the PDS says that a proof or token is not accepted.
    var refusal = Refusal.headerAndBody
    var isReachable = true
    /// Refuses all refresh tokens.
    var revokesRefreshes = false
    var holdsRefreshes = false
    /// The keys of a confidential client; nil for a public one.
    var clientKeys: JWKSet?
  }

  enum Refusal: CaseIterable, Sendable {
    case header, body, headerAndBody
  }

  /// A pushed request, until its code is used.
  struct Pushed: Sendable {
    var form: FormParameters
    var thumbprint: String
    var keyID: String?
  }

  struct Session: Sendable {
    var thumbprint: String
    var keyID: String?
    var generation: Int
  }

  struct State: Sendable {
    var behavior = Behavior()
    var nonces = DPoPNonces(secret: [1], notBefore: 0)
    var replays = DPoPReplays()
    var assertions: Set<String> = []
    var requests: [String: Pushed] = [:]
    var session: Session?
    var logins = 0
    var violations: [String] = []
    /// The path of each request, with the status of its answer.
    var log: [String] = []
    var forms: [FormParameters] = []
    var revoked: [String] = []
    var accessTokenIsExpired = false
    var seconds = 1_800_000_000

    mutating func rotateNonces() {
      let secret = [UInt8](SHA256.hash("\(nonces.current(at: seconds))").bytes)
      nonces = DPoPNonces(secret: secret, notBefore: 0)
    }
  }

  let state = Mutex(State())

  func set(_ change: (inout Behavior) -> Void) { state.withLock { change(&$0.behavior) } }
  var violations: [String] { state.withLock { $0.violations } }
  var log: [String] { state.withLock { $0.log } }
  var revoked: [String] { state.withLock { $0.revoked } }
  var seconds: Int { state.withLock { $0.seconds } }
  func wait(_ seconds: Int) { state.withLock { $0.seconds += seconds } }
  func count(_ entry: String) -> Int { log.filter { $0 == entry }.count }
  func forget() { state.withLock { $0.log = [] } }

  /// The server no longer accepts its former nonces.
  func rotateNonces() { state.withLock { $0.rotateNonces() } }

  var transport: InMemoryTransport {
    InMemoryTransport(openWebSocket: { await self.openWebSocket($0) }) { request, body in
      let bytes = (try? await body?.collect(upTo: 1 << 20)) ?? []
      let response = await self.answer(request, bytes)
      return HTTPTransportStream(
        head: response.head,
        body: BodyContent.bytes(response.body).stream
      )
    }
  }

  static func identity(
    _ did: DID = FakeNetwork.did,
    handle: Handle = FakeNetwork.handle,
    pds: String = FakeNetwork.pds
  ) -> Identity {
    let document: DataValue = [
      "id": .string(did.string), "alsoKnownAs": [.string("at://\(handle)")],
      "service": [
        [
          "id": "#atproto_pds", "type": "AtprotoPersonalDataServer",
          "serviceEndpoint": .string(pds),
        ]
      ],
    ]
    return Identity(document: try! DIDDocument(document), handle: handle)
  }

  static let clientID = "https://app.example.com/client-metadata.json"
  static let redirectURI = "https://app.example.com/callback"

  static func registration(keys: [ClientKey] = []) throws -> ClientRegistration {
    try ClientRegistration(
      id: clientID,
      redirectURIs: [redirectURI, "https://app.example.com/other"],
      scope: "atproto repo:com.example.note transition:generic",
      keys: keys
    )
  }

  /// The app, with the clock of the network.
  func app(
    store: some OAuthTokenStore = MemoryTokenStore(),
    keys: [ClientKey] = [],
    identities: [Identity] = [FakeNetwork.identity()],
    onStoreFailure: @escaping OAuthApp.StoreFailure = { _ in }
  ) throws -> OAuthApp {
    var app = OAuthApp(
      try Self.registration(keys: keys),
      store: store,
      directory: MemoryIdentityDirectory(identities),
      transport: transport,
      onStoreFailure: onStoreFailure
    )
    app.now = { self.seconds }
    return app
  }

  /// The account's owner approves: what the browser brings back.
  func approve(_ login: StartedLogin, _ change: (inout [String: String]) -> Void = { _ in }) throws
    -> AuthorizationCallback
  {
    var (redirect, parameters) = try response(to: login)
    change(&parameters)
    return try AuthorizationCallback(
      redirect + "?" + String(decoding: FormParameters(parameters).form, as: UTF8.self)
    )
  }

  /// The redirect of an approved request.
  func response(
    to login: StartedLogin
  ) throws -> (redirectURI: String, parameters: [String: String]) {
    guard let url = HTTPURL(login.url), let mark = url.target.firstIndex(of: "?") else {
      throw OAuthError(.invalidRequest, "not a URL with a query: \(login.url)")
    }
    let query = try FormParameters(query: String(url.target[url.target.index(after: mark)...]))
    let id = try query.required("request_uri")
    return try state.withLock { state in
      guard url.origin + url.target[..<mark] == "\(Self.issuer)/oauth/authorize",
        query.names == ["client_id", "request_uri"], query["client_id"] == Self.clientID,
        let pushed = state.requests.removeValue(forKey: id)
      else { throw OAuthError(.invalidRequest, "not the page of a request: \(login.url)") }
      let code = "code-\(id)"
      state.requests[code] = pushed
      return (
        try pushed.form.required("redirect_uri"),
        ["state": try pushed.form.required("state"), "iss": Self.issuer, "code": code]
      )
    }
  }

  /// A whole login.
  @discardableResult
  func logIn(_ app: OAuthApp) async throws -> StoredOAuthSession {
    let login = try await app.startLogin(.handle(Self.handle))
    return try await app.finishLogin(approve(login)).session
  }
}
