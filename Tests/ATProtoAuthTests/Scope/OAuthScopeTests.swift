import ATProtoAuth
import ATProtoSyntax
import Testing

@Suite struct OAuthScopeTests {
  @Test("a scope keeps its values in order, without duplicates and with those that mean nothing")
  func values() throws {
    let scope = try OAuthScope("atproto repo:a.b.c unknown:x atproto include:a.b.set repo:a.b.c")
    #expect(scope.values == ["atproto", "repo:a.b.c", "unknown:x", "include:a.b.set"])
    #expect(scope.description == "atproto repo:a.b.c unknown:x include:a.b.set")
    #expect(scope.permissions == [.repo(RepoPermission(collections: ["a.b.c"]))])
    #expect(scope.includes == [PermissionSetReference(nsid: "a.b.set")])
    #expect(scope.hasATProto)
    #expect(try !OAuthScope("repo:a.b.c").hasATProto)
    #expect(scope.filter(OAuthScope.isMeaningful).values.count == 3)
    #expect(scope.filter { $0 == "atproto" }.isSubset(of: scope))
    #expect(try !OAuthScope("atproto x").isSubset(of: scope))
  }

  @Test(
    "a text that is not a scope is refused",
    arguments: [
      "", " ", "atproto ", " atproto", "atproto  repo:*", "atproto\trepo:*", "atproto\n", "a\"b",
      "a\\b", "québec", "atproto \u{0}",
      String(repeating: "a", count: OAuthScope.maximumLength + 1),
      String(repeating: "a ", count: OAuthScope.maximumCount) + "a",
    ]
  )
  func refused(text: String) {
    #expect(throws: OAuthError(.invalidScope, "")) { try OAuthScope(text) }
  }

  /// Scope, what it covers, what it does not.
  static let table: [(String, [PermissionNeed], [PermissionNeed])] = [
    (
      "repo:app.bsky.feed.post?action=create",
      [.repo(.create, collection: "app.bsky.feed.post")],
      [
        .repo(.update, collection: "app.bsky.feed.post"),
        .repo(.create, collection: "app.bsky.feed.like"), .blob(mimeType: "image/png"),
        .account(.repo, .manage), .rpc(method: "app.bsky.feed.post", audience: "did:web:a.com#x"),
      ]
    ),
    (
      "repo:*?action=delete&action=update", [.repo(.delete, collection: "a.b.c")],
      [.repo(.create, collection: "a.b.c")]
    ),
    // The order of parameters does not matter (atproto#4486).
    (
      "rpc?aud=did:web:a.com%23svc&lxm=com.example.m",
      [.rpc(method: "com.example.m", audience: "did:web:a.com#svc")],
      [
        // The fragment is part of the audience (atproto#4195), and must be there (atproto#4850).
        .rpc(method: "com.example.m", audience: "did:web:a.com#other"),
        .rpc(method: "com.example.m", audience: "did:web:a.com"),
        .rpc(method: "com.example.n", audience: "did:web:a.com#svc"),
        .rpc(method: nil, audience: "did:web:a.com#svc"),
      ]
    ),
    (
      "rpc:*?aud=did:web:a.com#svc",
      [
        .rpc(method: "any.thing.at", audience: "did:web:a.com#svc"),
        .rpc(method: nil, audience: "did:web:a.com#svc"),
      ],
      [.rpc(method: "any.thing.at", audience: "did:web:b.com#svc")]
    ),
    (
      "rpc:com.example.m?aud=*",
      [
        .rpc(method: "com.example.m", audience: "did:plc:abc#x"),
        .rpc(method: "com.example.m", audience: "did:plc:abc"),
      ],
      [.rpc(method: nil, audience: "did:plc:abc#x")]
    ),
    (
      "blob:image/*",
      [.blob(mimeType: "image/png"), .blob(mimeType: "IMAGE/JPEG;q=1")],
      [
        .blob(mimeType: "imagex/png"), .blob(mimeType: "text/html"), .blob(mimeType: "image"),
        .blob(mimeType: "*/*"), .blob(mimeType: "image/*"), .blob(mimeType: ""),
      ]
    ),
    // `*/*` accepts every real type, and is not itself one (atproto#4475).
    (
      "blob:*/*", [.blob(mimeType: "application/octet-stream"), .blob(mimeType: "a/b+c")],
      [.blob(mimeType: "*/*"), .blob(mimeType: "nonsense"), .blob(mimeType: "a/b/c")]
    ),
    (
      "account:email", [.account(.email, .read)],
      [.account(.email, .manage), .account(.repo, .read)]
    ),
    (
      "account:email?action=manage", [.account(.email, .read), .account(.email, .manage)],
      [.account(.repo, .manage)]
    ),
    ("identity:handle", [.identity(.handle)], [.identity(.any)]),
    ("identity:*", [.identity(.handle), .identity(.any)], [.account(.email, .read)]),
    (
      "transition:generic",
      [
        .repo(.create, collection: "a.b.c"), .blob(mimeType: "*/*"),
        .rpc(method: "app.bsky.actor.getPreferences", audience: "did:web:a.com#x"),
        .rpc(method: nil, audience: "did:web:a.com#x"),
        .rpc(method: "chat.bskyx.get", audience: "did:web:a.com#x"),
      ],
      [
        .rpc(method: "chat.bsky.convo.getLog", audience: "did:web:a.com#x"),
        .rpc(method: "Chat.BSKY.convo.getLog", audience: "did:web:a.com#x"),
        .account(.email, .read), .account(.repo, .manage), .identity(.handle),
      ]
    ),
    // "This scope depends on and does not function without the `transition:generic` scope."
    (
      "transition:chat.bsky", [],
      [.rpc(method: "chat.bsky.convo.getLog", audience: "did:web:a.com#x")]
    ),
    (
      "transition:chat.bsky transition:generic",
      [.rpc(method: "chat.bsky.convo.getLog", audience: "did:web:a.com#x")],
      [.identity(.handle)]
    ),
    (
      "transition:email", [.account(.email, .read)],
      [.account(.email, .manage), .repo(.create, collection: "a.b.c")]
    ),
    // References are nothing before they are expanded.
    ("include:a.b.set", [], [.repo(.create, collection: "a.b.c")]),
    ("unknown repo:a.b.c?x=y", [], [.repo(.create, collection: "a.b.c")]),
  ]

  @Test("a scope covers what its permissions say", arguments: table)
  func allows(text: String, covered: [PermissionNeed], other: [PermissionNeed]) throws {
    let scope = try OAuthScope("atproto \(text)")
    for need in covered { #expect(scope.allows(need), "\(need.scope)") }
    for need in other { #expect(!scope.allows(need), "\(need.scope)") }
    // "No access … will be granted without this scope included."
    let withoutATProto = try OAuthScope(text)
    for need in covered { #expect(!withoutATProto.allows(need), "\(need.scope)") }
  }

  @Test(
    "a reference to a permission set has an NSID and an audience with a fragment",
    arguments: [
      ("include:a.b.set", PermissionSetReference(nsid: "a.b.set")),
      ("include?nsid=a.b.set", PermissionSetReference(nsid: "a.b.set")),
      (
        "include:a.b.set?aud=did:web:a.com%23svc",
        PermissionSetReference(nsid: "a.b.set", audience: "did:web:a.com#svc")
      ),
      (
        "include:a.b.set?aud=did:web:a.com#svc",
        PermissionSetReference(nsid: "a.b.set", audience: "did:web:a.com#svc")
      ),
      // A wildcard would be a grant for every service (atproto#4490).
      ("include:a.b.set?aud=*", nil), ("include:a.b.set?aud=did:web:a.com", nil),
      ("include:a.b.set?aud=", nil), ("include:a.b", nil), ("include:*", nil), ("include", nil),
      ("include:a.b.set?nsid=a.b.set", nil), ("include:a.b.set?foo=bar", nil),
      ("include:a.b.set?aud=did:web:a.com%23svc&aud=did:web:a.com%23svc", nil),
      ("includes:a.b.set", nil), ("repo:a.b.set", nil),
    ] as [(String, PermissionSetReference?)]
  )
  func references(text: String, reference: PermissionSetReference?) {
    #expect(PermissionSetReference(text) == reference)
    if let reference { #expect(PermissionSetReference(reference.description) == reference) }
  }
}
