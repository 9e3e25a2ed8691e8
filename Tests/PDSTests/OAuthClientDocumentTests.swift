import ATProtoAuth
import ATProtoCrypto
import ATProtoData
import ATProtoHTTP
import ATProtoSyntax
import HTTPTypes
import Synchronization
import Testing

@testable import PDS

/// How the documents of clients are fetched.
@Suite struct OAuthClientDocumentTests {
  private static func server() throws -> TestServer { try TestServer { $0.port = 2583 } }

  struct Bad: Sendable, CustomTestStringConvertible {
    var name: String
    /// A part of the error's description: "internal error" does not help.
    var reason: String
    var response: @Sendable (OAuthTestClient) -> HTTPTransportResponse

    var testDescription: String { name }

    init(
      _ name: String,
      _ reason: String,
      _ response: @escaping @Sendable (OAuthTestClient) -> HTTPTransportResponse
    ) {
      self.name = name
      self.reason = reason
      self.response = response
    }

    static func document(
      _ name: String,
      _ value: DataValue?,
      _ reason: String? = nil
    ) -> Bad {
      Bad("\(name) = \(value?.jsonString().prefix(40) ?? "absent")", reason ?? name) { client in
        var document = client.document
        document[name] = value
        return .json(.object(document))
      }
    }
  }

  private static func answer(
    _ status: HTTPResponse.Status,
    _ fields: HTTPFields,
    _ body: [UInt8]
  ) -> HTTPTransportResponse {
    HTTPTransportResponse(
      head: HTTPResponse(status: status, headerFields: fields),
      body: body
    )
  }

  static let json: HTTPFields = [.contentType: "application/json"]

  /// https://github.com/bluesky-social/atproto/issues/3096 and 2719: the reason is named.
  @Test(arguments: [
    Bad("redirect", "302") { client in
      answer(.found, [.location: "https://app.example.com/other"], [])
    },
    Bad("not found", "404") { _ in answer(.notFound, json, Array("{}".utf8)) },
    Bad("created", "201") { answer(.created, json, DataValue.object($0.document).jsonBytes()) },
    Bad("text", "Content-Type") {
      answer(.ok, [.contentType: "text/html"], DataValue.object($0.document).jsonBytes())
    },
    Bad("no type", "Content-Type") {
      answer(.ok, [:], DataValue.object($0.document).jsonBytes())
    },
    Bad("key set type", "Content-Type") {
      answer(
        .ok,
        [.contentType: "application/jwk-set+json"],
        DataValue.object($0.document).jsonBytes()
      )
    },
    Bad("empty", "JSON") { _ in answer(.ok, json, []) },
    Bad("array", "JSON object") { _ in answer(.ok, json, Array("[]".utf8)) },
    Bad("deep", "JSON") { _ in
      answer(.ok, json, Array(String(repeating: "[", count: 60_000).utf8))
    },
    Bad("not UTF-8", "JSON") { _ in answer(.ok, json, [0x7B, 0x22, 0xFF, 0x22, 0x3A, 0x31, 0x7D]) },
    .document("client_id", "https://app.example.com/other.json"), .document("client_id", 1),
    .document("redirect_uris", nil), .document("redirect_uris", []),
    .document("redirect_uris", ["javascript:alert(1)"]), .document("redirect_uris", "x"),
    .document("scope", nil), .document("scope", "repo:*"),
    .document("dpop_bound_access_tokens", nil), .document("dpop_bound_access_tokens", "true"),
    .document("grant_types", ["refresh_token"]), .document("grant_types", ["implicit"]),
    .document("response_types", ["token"]), .document("application_type", "desktop"),
    .document("token_endpoint_auth_method", "client_secret_basic"),
    .document("token_endpoint_auth_method", "private_key_jwt", "jwks"),
  ])
  func invalidDocumentIsRefusedWithAReason(_ bad: Bad) async throws {
    // For development, where failures are not remembered.
    let server = try TestServer {
      $0.port = 2583
      $0.allowsPrivateAddresses = true
    }
    let client = OAuthTestClient.web(server)
    let response = bad.response(client)
    server.network.add("app.example.com") { _, _ in response }
    let refused = try await client.push()
    #expect(refused.refusal == "400 invalid_client_metadata")
    let reason = try refused.value["error_description"]?.string ?? ""
    #expect(reason.contains(bad.reason), "\(reason)")
    // It is not cached.
    server.network.add("app.example.com") { [document = client.document] _, _ in
      .json(.object(document))
    }
    #expect(try await client.push().head.status == .created)
  }

  /// The transport ends a response that is too long; see `TransportOptions`.
  @Test func fetchIsBoundedInSizeAndTime() async throws {
    let transport = OptionsTransport()
    let documents = RemoteDocuments(transport, isLimited: true)
    await #expect(throws: OAuthError(.invalidClientMetadata, "")) {
      try await documents.document(at: HTTPURL("https://app.example.com/c")!) { _ in }
    }
    let options = try #require(transport.options.withLock { $0 })
    #expect(options.maximumResponseBytes == 64 << 10 && options.timeout <= .seconds(5))
  }

  @Test(arguments: [
    "http://127.0.0.1:8080/client.json", "http://app.example.com/client.json",
    "https://127.0.0.1/client.json", "https://10.0.0.1/client.json", "https://[::1]/client.json",
    "https://localhost/client.json", "https://app.example.com", "https://app.example.com/",
    "https://app.example.com/dir/", "https://app.example.com:8443/client.json",
    "https://user@app.example.com/client.json", "https://app.example.com/client.json#x",
    "https://app.example.com/a/../client.json", "https://app.internal.test/client.json",
    "http://localhost:3000/", "http://localhost/path", "http://localhost?x=1", "did:web:a.com", "",
  ])
  func clientIDIsRefusedUnfetched(_ id: String) async throws {
    let server = try Self.server()
    let fetches = Mutex(0)
    for host in ["127.0.0.1:8080", "127.0.0.1", "app.example.com", "app.example.com:8443"] {
      server.network.add(host) { _, _ in
        fetches.withLock { $0 += 1 }
        return .json([:])
      }
    }
    var client = OAuthTestClient(server: server)
    client.id = id
    let refusal = try await client.push().refusal
    #expect(refusal == "400 \(id.isEmpty ? "invalid_request" : "invalid_client_metadata")")
    #expect(fetches.withLock { $0 } == 0)
  }

  @Test func loopbackDocumentIsFetchedInDevelopment() async throws {
    for allowsPrivate in [true, false] {
      let server = try TestServer {
        $0.port = 2583
        $0.allowsPrivateAddresses = allowsPrivate
      }
      var client = OAuthTestClient(server: server)
      client.id = "http://127.0.0.1:8080/client.json"
      client.redirectURI = "https://app.example.com/callback"
      client.key = PrivateKey(generating: .p256)
      var document = client.document
      document["jwks"] = nil
      document["jwks_uri"] = "http://127.0.0.1:8080/keys.json"
      let keys = OAuthTestClient.keys([(try #require(client.key), client.keyID)])
      server.network.add("127.0.0.1:8080") { [document] request, _ in
        .json(request.path == "/keys.json" ? keys : .object(document))
      }
      let refusal = try await client.push().refusal
      #expect(refusal == (allowsPrivate ? nil : "400 invalid_client_metadata"))
    }
  }

  @Test(arguments: [
    (nil, true), ("max-age=60", true), ("no-store", false), ("max-age=0", false),
    ("private, No-Store", false), ("public, max-age=\"0\"", false), ("max-age=x", true),
  ])
  func documentIsCachedUnlessItSaysOtherwise(_ field: String?, _ isCached: Bool) async throws {
    let server = try Self.server()
    let client = OAuthTestClient.web(server)
    let fetches = Mutex(0)
    server.network.add("app.example.com") { [document = client.document] _, _ in
      fetches.withLock { $0 += 1 }
      return field.map { .json(.object(document), cacheControl: $0) } ?? .json(.object(document))
    }
    for _ in 0..<3 { #expect(try await client.push().head.status == .created) }
    #expect(fetches.withLock { $0 } == (isCached ? 1 : 3))
  }

  @Test(arguments: [
    (nil, 600), ("max-age=60", 60), ("max-age=86400", 600), ("s-maxage=5, max-age=60", 5),
    ("no-store", 0), ("no-cache", 0), ("max-age=-1", 0), ("max-age", 600), ("", 600), (",=", 600),
  ])
  func lifetimeHasBounds(_ field: String?, _ seconds: Int) {
    #expect(RemoteDocuments.lifetime(by: field) == .seconds(seconds))
  }

  /// For a moment, unless it must not be stored.
  @Test(arguments: [
    (nil, true, 1), ("no-store", true, 3), ("max-age=0", true, 3), (nil, false, 3),
  ])
  func refusedDocumentIsNotFetchedAgain(_ field: String?, _ isLimited: Bool, _ fetches: Int)
    async throws
  {
    let server = try TestServer {
      $0.port = 2583
      $0.allowsPrivateAddresses = !isLimited
    }
    let client = OAuthTestClient.web(server)
    let count = Mutex(0)
    server.network.add("app.example.com") { [document = client.document] _, _ in
      count.withLock { $0 += 1 }
      var document = document
      document["scope"] = "no"
      return field.map { .json(.object(document), cacheControl: $0) } ?? .json(.object(document))
    }
    var reasons: Set<String> = []
    for _ in 0..<3 {
      let answer = try await client.push()
      #expect(answer.refusal == "400 invalid_client_metadata")
      reasons.insert(answer.text)
    }
    #expect(count.withLock { $0 } == fetches && reasons.count == 1)
  }

  /// A client that names the document of another one as its key set must not make it fail.
  @Test func failureOfAKeySetDoesNotConcernTheDocument() async throws {
    let server = try Self.server()
    server.network.add("b.example.com") { _, _ in .json([:]) }
    let documents = RemoteDocuments(server.network, isLimited: true)
    let url = HTTPURL("https://b.example.com/client.json")!
    let keySetTypes = ["application/json", "application/jwk-set+json"]
    await #expect(throws: OAuthError(.invalidClientMetadata, "")) {
      try await documents.document(at: url, types: keySetTypes) { _ throws(OAuthError) in
        throw OAuthError(.invalidClientMetadata, "not a key set")
      }
    }
    try await documents.document(at: url) { _ in }
  }

  /// "adding new keys to the JWKS set and using then for new sessions".
  @Test(arguments: [false, true]) func newKeyIsFound(_ isRemote: Bool) async throws {
    let server = try Self.server()
    var client = OAuthTestClient.web(server, isConfidential: true)
    func publish() throws {
      var document = client.document
      let keys = OAuthTestClient.keys([(try #require(client.key), client.keyID)])
      if isRemote {
        document["jwks"] = nil
        document["jwks_uri"] = "https://app.example.com/keys.json"
      }
      server.network.add("app.example.com") { [document] request, _ in
        .json(request.path == "/keys.json" ? keys : .object(document))
      }
    }
    try publish()
    #expect(try await client.push().head.status == .created)
    client.key = PrivateKey(generating: .p256)
    #expect(try await client.push().refusal == "400 invalid_client")
    client.keyID = "key-2"
    try publish()
    #expect(try await client.push().head.status == .created)
  }

  @Test func concurrentRequestsShareAFetch() async throws {
    let server = try Self.server()
    let client = OAuthTestClient.web(server)
    let fetches = Mutex(0)
    server.network.add("app.example.com") { [document = client.document] _, _ in
      fetches.withLock { $0 += 1 }
      try await Task.sleep(for: .milliseconds(100))
      return .json(.object(document))
    }
    let refusals = try await withThrowingTaskGroup(of: String?.self) { group in
      for _ in 0..<20 { group.addTask { try await client.push().refusal } }
      return try await group.reduce(into: [String?]()) { $0.append($1) }
    }
    #expect(refusals == Array(repeating: nil, count: 20))
    #expect(fetches.withLock { $0 } == 1)
  }

  @Test(arguments: [true, false]) func fetchesFromOneHostAreLimited(_ isLimited: Bool) async throws
  {
    let start = ContinuousClock.now
    let documents = RemoteDocuments(OptionsTransport(), isLimited: isLimited, now: { start })
    var codes: [OAuthError.Code: Int] = [:]
    for index in 0..<RemoteDocuments.fetchesPerMinute + 10 {
      do {
        try await documents.document(at: HTTPURL("https://a.example.com/\(index)")!) { _ in }
      } catch {
        codes[error.code, default: 0] += 1
      }
    }
    #expect(codes[.temporarilyUnavailable] == (isLimited ? 10 : nil))
    await #expect(throws: OAuthError(.invalidClientMetadata, "")) {
      try await documents.document(at: HTTPURL("https://b.example.com/")!) { _ in }
    }
  }

  /// https://github.com/bluesky-social/atproto/issues/4132
  @Test func unknownScopesInTheDocumentAreTolerated() async throws {
    let server = try Self.server()
    let client = OAuthTestClient.web(server) {
      $0["scope"] = "atproto transition:generic future:thing?x=1"
      $0["future_field"] = ["a": [1, "b"]]
    }
    #expect(try await client.push().head.status == .created)
  }

  /// https://github.com/bluesky-social/atproto/issues/2982
  @Test(arguments: ["http://127.0.0.1/callback", "http://127.0.0.1:49152/callback"])
  func localhostClientUsesAnyPort(_ uri: String) async throws {
    let server = try Self.server()
    let answer = try await OAuthTestClient(server: server).push(["redirect_uri": uri])
    #expect(answer.head.status == .created)
  }

  @Test func trustedClientIsMarked() async throws {
    let server = try TestServer {
      $0.port = 2583
      $0.oauth.trustedClients = ["https://app.example.com/client.json"]
    }
    _ = OAuthTestClient.web(server)
    _ = OAuthTestClient.web(server, host: "b.example.com")
    let clients = server.domain.oauth.clients
    #expect(try await clients.client("https://app.example.com/client.json").isTrusted)
    #expect(try await !clients.client("https://b.example.com/client.json").isTrusted)
  }

  @Test func cacheIsBoundedByBytes() {
    var cache = DocumentCache(capacity: 1_000)
    let now = ContinuousClock.now
    for index in 0..<100 {
      let end = now + .seconds(index + 1)
      cache.insert([UInt8](repeating: 0, count: 98), "\(index)", until: end, now: now)
      #expect(cache.size <= 1_000)
    }
    #expect(cache.document("0", now: now) == nil)
    #expect(cache.document("99", now: now) != nil)
    #expect(cache.document("99", now: now + .seconds(100)) == nil)
    cache.insert([UInt8](repeating: 0, count: 1_000), "big", until: now + .seconds(9), now: now)
    #expect(cache.document("big", now: now) == nil && cache.document("99", now: now) != nil)
  }
}

/// Remembers the options of a request and answers that the response is too long.
private final class OptionsTransport: HTTPTransport {
  let options = Mutex<TransportOptions?>(nil)

  func send(
    _ request: HTTPRequest,
    body: [UInt8]?,
    options: TransportOptions
  ) async throws(TransportError) -> HTTPTransportResponse {
    self.options.withLock { $0 = options }
    throw TransportError(code: .responseTooLarge, reason: "the response is too long")
  }
}
