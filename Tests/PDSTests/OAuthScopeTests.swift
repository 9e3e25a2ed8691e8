import ATProtoAuth
import ATProtoData
import ATProtoHTTP
import ATProtoSyntax
import AppBskyAPI
import ComAtprotoAPI
import HTTPTypes
import Testing
import XRPC

@testable import PDS

/// What the scope of an OAuth session lets through, and when it is compared.
@Suite struct OAuthScopeTests {
  private static let post = "app.bsky.feed.post"

  @Test func permissionIsCheckedBeforeTheRecordIsValidated() async throws {
    let account = try await TestServer().signUp()
    let invalid: DataValue = ["$type": .string(Self.post), "text": 7]
    let refused = try await account.oauth("atproto repo:a.b.c").create(invalid)
    #expect(refused.refusal == "403 ScopeMissingError")
    let rejected = try await account.oauth("atproto repo:\(Self.post)").create(invalid)
    #expect(rejected.refusal == "400 InvalidRequest")
  }

  /// Inputs that cannot be decoded, or that violate the schema of their method.
  private static let refusedInputs: [(nsid: String, input: String)] = [
    ("createRecord", #""collection":"app.bsky.feed.post","record":{"$type":5}"#),
    ("createRecord", #""collection":"app.bsky.feed.post","record":7"#),
    ("createRecord", #""collection":"app.bsky.feed.post","record":{"text":1.5}"#),
    ("createRecord", #""collection":"app.bsky.feed.post""#),
    ("putRecord", #""collection":"app.bsky.feed.post","rkey":"a","record":{"x":{"$bytes":1}}"#),
    ("deleteRecord", #""collection":"app.bsky.feed.post","rkey":7"#),
    (
      "applyWrites",
      """
      "writes":[{"$type":"com.atproto.repo.applyWrites#create","collection":"app.bsky.feed.post",
      "value":"x"}]
      """
    ),
  ]

  @Test(arguments: refusedInputs)
  func permissionIsCheckedBeforeTheInputIsRefused(_ nsid: String, _ input: String) async throws {
    let account = try await TestServer().signUp()
    let method = "com.atproto.repo.\(nsid)"
    let body = Array(#"{"repo":"\#(account.did)",\#(input)}"#.utf8)
    let fields: HTTPFields = [.contentType: "application/json"]
    func call(_ scope: String) async throws -> String? {
      try await account.oauth(scope).call(method, .post, fields: fields, body: body).refusal
    }
    #expect(try await call("atproto repo:a.b.c") == "403 ScopeMissingError")
    #expect(try await call("atproto repo:\(Self.post)") == "400 InvalidRequest")
    let stranger = try await account.server.call(method, .post, fields: fields, body: body)
    #expect(stranger.refusal == "401 AuthMissing")
    let owner = try await account.call(method, .post, fields: fields, body: body)
    #expect(owner.refusal == "400 InvalidRequest")
  }

  @Test func batchIsRefusedAsAWhole() async throws {
    let session = try await TestServer().signUp().oauth("atproto repo:com.example.note")
    func write(_ collection: String) -> DataValue {
      [
        "$type": "com.atproto.repo.applyWrites#create", "collection": .string(collection),
        "value": ["$type": .string(collection)],
      ]
    }
    func apply(_ collections: [String]) async throws -> HTTPTransportResponse {
      try await session.call(
        "com.atproto.repo.applyWrites",
        json: [
          "repo": .string(session.account.did.string), "writes": .array(collections.map(write)),
        ]
      )
    }
    let mixed = try await apply(["com.example.note", "com.example.note", "com.example.other"])
    #expect(mixed.refusal == "403 ScopeMissingError")
    #expect(mixed.message == #"Missing required scope "repo:com.example.other?action=create""#)
    #expect(try await session.account.verifiedExport().records.isEmpty)
    #expect(try await apply(["com.example.note", "com.example.note"]).head.status == .ok)
    #expect(try await session.account.verifiedExport().records.count == 2)
  }

  @Test func sessionCannotWriteToAnotherRepository() async throws {
    let server = try TestServer()
    let session = try await server.signUp().oauth()
    let other = try await server.signUp("bob")
    let answer = try await session.call(
      "com.atproto.repo.createRecord",
      json: [
        "repo": .string(other.did.string), "collection": "com.example.note",
        "record": .post("x"),
      ]
    )
    #expect(answer.refusal == "401 AuthenticationRequired")
    #expect(try await other.verifiedExport().records.isEmpty)
  }

  /// https://github.com/bluesky-social/atproto/issues/4475
  @Test(arguments: [
    ("image/png", 200), ("IMAGE/svg+xml", 200), ("text/plain; charset=utf-8", 200),
    ("application/octet-stream", 200), ("*/*", 400), ("image/*", 400), ("image/png, x/y", 415),
    ("image/p(ng", 400),
    ("image", 415), ("/", 415), ("", 415),
  ])
  func blobRequiresAMIMEType(_ contentType: String, _ status: Int) async throws {
    let session = try await TestServer().signUp().oauth("atproto blob:*/*")
    let answer = try await session.call(
      "com.atproto.repo.uploadBlob",
      .post,
      fields: [.contentType: contentType],
      body: [1, 2, 3]
    )
    #expect(answer.head.status.code == status, "\(answer.refusal ?? "")")
  }

  @Test(arguments: [
    ("atproto", false), ("atproto transition:generic", false), ("atproto account:repo", false),
    ("atproto transition:email", true), ("atproto account:email", true),
    ("atproto account:email?action=manage", true),
  ])
  func emailIsVisibleWithItsPermission(_ scope: String, _ isVisible: Bool) async throws {
    let session = try await TestServer().signUp().oauth(scope)
    let answer = try await session.call("com.atproto.server.getSession")
    let output = try DataValue(json: answer.body)
    #expect(output["handle"]?.string == "alice.test" && output["active"]?.boolean == true)
    #expect(output["email"]?.string == (isVisible ? "alice@mail.test" : nil))
    #expect(output["emailConfirmed"]?.boolean == (isVisible ? false : nil))
    #expect(output["emailAuthFactor"] == nil)
  }

  /// Personal details are for sessions that the password opened.
  @Test func personalDetailsAreHiddenFromOAuthSessions() async throws {
    let account = try await TestServer().signUp()
    try await account.client.appBsky.actor.putPreferences(
      .init(preferences: [
        .adultContentPref(.init(enabled: true)),
        .personalDetailsPref(.init(birthDate: "2000-01-02T00:00:00Z")),
      ])
    )
    let answer = try await account.oauth().call("app.bsky.actor.getPreferences")
    let types = try DataValue(json: answer.body)["preferences"]?.array?.compactMap(\.type)
    #expect(types?.contains("app.bsky.actor.defs#personalDetailsPref") == false)
    #expect(types?.contains("app.bsky.actor.defs#adultContentPref") == true)
  }
}

/// Service tokens for OAuth sessions (`com.atproto.server.getServiceAuth`).
@Suite struct OAuthServiceAuthTests {
  private func answer(
    _ scope: String,
    _ query: String
  ) async throws -> HTTPTransportResponse {
    try await TestServer().signUp().oauth("atproto \(scope)").call(
      "com.atproto.server.getServiceAuth?\(query)"
    )
  }

  /// https://github.com/haileyok/cocoon/pull/141, https://github.com/bluesky-social/atproto/issues/4486
  @Test(
    arguments: [
      (
        "rpc?aud=did:web:a.example.com%23svc&lxm=com.example.get", "did:web:a.example.com%23svc",
        nil
      ),
      ("rpc:com.example.get?aud=did:web:a.example.com%23svc", "did:web:a.example.com%23svc", nil),
      ("rpc:com.example.get?aud=*", "did:web:a.example.com", nil),
      // A bare DID is another audience than its service.
      (
        "rpc:com.example.get?aud=did:web:a.example.com%23svc", "did:web:a.example.com",
        "403 ScopeMissingError"
      ),
      ("repo:* blob:*/*", "did:web:a.example.com%23svc", "403 ScopeMissingError"),
      ("rpc:com.example.get?aud=*", "nonsense", "400 InvalidRequest"),
    ] as [(String, String, String?)]
  )
  func tokenRequiresPermissionForMethodAndAudience(
    _ scope: String,
    _ audience: String,
    _ refusal: String?
  ) async throws {
    let answer = try await answer(scope, "aud=\(audience)&lxm=com.example.get")
    #expect(answer.refusal == refusal)
    if refusal == nil {
      let token = try #require(DataValue(json: answer.body)["token"]?.string)
      let claims = try JWT(token).unverifiedClaims
      #expect(claims.audience == audience.replacing("%23", with: "#"))
      #expect(claims.method == "com.example.get")
    }
  }

  @Test(
    arguments: [
      ("rpc:com.example.get?aud=*", "403 ScopeMissingError"),
      ("rpc:*?aud=did:web:a.example.com%23svc", nil), ("transition:generic", nil),
    ] as [(String, String?)]
  )
  func tokenForAnyMethodRequiresPermissionForAll(_ scope: String, _ refusal: String?)
    async throws
  {
    let answer = try await answer(scope, "aud=did:web:a.example.com%23svc")
    #expect(answer.refusal == refusal)
  }

  /// OAuth specification, "Transitional scopes".
  @Test(
    arguments: [
      ("chat.bsky.convo.getLog", "transition:generic", "403 ScopeMissingError"),
      ("CHAT.bsky.convo.getLog", "transition:generic", "403 ScopeMissingError"),
      ("chat.bsky.convo.getLog", "transition:chat.bsky", "403 ScopeMissingError"),
      ("chat.bsky.convo.getLog", "transition:generic transition:chat.bsky", nil),
      ("chat.bsky.convo.getLog", "rpc:chat.bsky.convo.getLog?aud=*", nil),
      // Migration is an act of account management.
      ("com.atproto.server.createAccount", "transition:generic", "403 ScopeMissingError"),
      (
        "com.atproto.server.createAccount",
        "transition:generic rpc:com.atproto.server.createAccount?aud=*", nil
      ),
      ("com.atproto.server.getSession", "transition:generic", "400 InvalidRequest"),
    ] as [(String, String, String?)]
  )
  func privilegedMethodsNeedPermissionsOfTheirOwn(
    _ method: String,
    _ scope: String,
    _ refusal: String?
  ) async throws {
    let answer = try await answer(scope, "aud=did:web:a.example.com&lxm=\(method)")
    #expect(answer.refusal == refusal)
  }
}

@Suite struct ScopeCacheTests {
  @Test func cacheIsBounded() throws {
    var cache = ScopeCache()
    let values = (0..<3_000).map { "repo:com.example.collection\($0)" }.joined(separator: " ")
    for index in 0..<100 {
      let text = "atproto repo:com.example.other\(index) \(values)"
      #expect(try cache.scope(text).values.count == 3_002)
      #expect(cache.count * text.utf8.count <= ScopeCache.maximumBytes)
    }
    #expect(throws: OAuthError.self) { try cache.scope("atproto \u{7}") }
    #expect(try cache.scope("atproto").values == ["atproto"])
  }
}
