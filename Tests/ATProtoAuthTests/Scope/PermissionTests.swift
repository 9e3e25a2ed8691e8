import ATProtoAuth
import ATProtoSyntax
import Testing

@Suite struct PermissionTests {
  @Test(
    "a scope value means what the Permission specification says",
    arguments: [
      ("repo:app.example.profile", .repo(RepoPermission(collections: ["app.example.profile"]))),
      (
        "repo:app.example.profile?action=create&action=update&action=delete",
        .repo(RepoPermission(collections: ["app.example.profile"]))
      ),
      (
        "repo?collection=app.example.profile&collection=app.example.post",
        .repo(RepoPermission(collections: ["app.example.post", "app.example.profile"]))
      ),
      ("repo:*", .repo(RepoPermission(collections: nil))),
      ("repo:*?action=delete", .repo(RepoPermission(collections: nil, actions: [.delete]))),
      (
        "rpc:app.example.moderation.createReport?aud=*",
        .rpc(RPCPermission(methods: ["app.example.moderation.createReport"], audience: nil))
      ),
      (
        "rpc?lxm=*&aud=did:web:api.example.com%23svc_appview",
        .rpc(RPCPermission(methods: nil, audience: "did:web:api.example.com#svc_appview"))
      ),
      ("blob:*/*", .blob(BlobPermission(accept: ["*/*"]))),
      (
        "blob?accept=video/*&accept=text/html",
        .blob(BlobPermission(accept: ["text/html", "video/*"]))
      ),
      ("account:email", .account(AccountPermission(.email, .read))),
      ("account:repo?action=manage", .account(AccountPermission(.repo, .manage))),
      ("account?action=manage&attr=repo", .account(AccountPermission(.repo, .manage))),
      ("identity:handle", .identity(.handle)),
      ("identity:*", .identity(.any)), ("identity:*?", .identity(.any)),
      ("repo:*?", .repo(RepoPermission(collections: nil))),
      ("transition:generic", .transition(.generic)),
      ("transition:chat.bsky", .transition(.chat)), ("transition:email", .transition(.email)),
      // Percent-encoding of positional, name, and value.
      ("repo:app%2Eexample%2Epost", .repo(RepoPermission(collections: ["app.example.post"]))),
      ("repo?c%6fllection=%2A", .repo(RepoPermission(collections: nil))),
      // A plus sign is itself, not a space.
      ("blob:image/svg+xml", .blob(BlobPermission(accept: ["image/svg+xml"]))),
      ("blob?accept=image/svg%2bxml", .blob(BlobPermission(accept: ["image/svg+xml"]))),
      ("blob:Image/PNG", .blob(BlobPermission(accept: ["image/png"]))),
    ] as [(String, Permission)]
  )
  func meaning(text: String, permission: Permission) {
    #expect(Permission(text) == permission)
    #expect(Permission(permission.description) == permission)
  }

  @Test(
    "a scope value that is not understood as a whole means nothing",
    arguments: [
      // The specification's examples of valid syntax without valid semantics.
      "resource", "resource:positional?key=val", "resource:positional&thing?key=val",
      "service:did:web:com.example#type?key=val", "resource:", "resource:?", "resource:&",
      "resource?",
      // Positional and named form exclude each other.
      "repo:com.example.record?collection=com.example.other",
      "repo:com.example.record?collection=com.example.record",
      // Unknown keys and values.
      "repo:com.example.post?foo=bar", "repo:com.example.post?action=read", "repo:com.example.*",
      "repo:com.example.post?Action=create", "Repo:com.example.post",
      "repo:com.example.post?action",
      "repo:com.example.post?action=", "repo:post", "repo:", "repo",
      "repo?",
      "repo:com.example.post?action=create&", "repo:com.example.post?&action=create",
      // Required parameters; `aud` with a fragment; never two wildcards.
      "rpc:com.example.get", "rpc?aud=*", "rpc:*?aud=*", "rpc?lxm=*&lxm=com.example.get&aud=*",
      "rpc:com.example.get?aud=did:web:example.com",
      "rpc:com.example.get?aud=did:web:example.com%23",
      "rpc:com.example.get?aud=*&aud=*", "rpc:com.example.get?aud=example.com%23svc",
      "rpc:com.example.get?aud=did:web:a.com%23svc%23svc", "rpc:get?aud=*",
      "rpc:com.example.get?aud=did:web:a.com%23svc&lxm=com.example.get",
      "blob", "blob:", "blob:image", "blob:*/png", "blob:im*/png", "blob:image/png/x",
      "blob:image/",
      "blob:image/a b", "blob:/*",
      "account", "account:*", "account:password", "account:email?action=write",
      "account:email?action=read&action=manage", "account:email?attr=email",
      "identity", "identity:did", "identity:handle?attr=handle", "identity:handle?action=manage",
      "transition:", "transition:unknown", "transition%3Ageneric", "Transition:generic",
      "atproto", "openid", "include:com.example.set", "",
      // Broken percent-encoding, and bytes that are not UTF-8.
      "repo:%", "repo:com.example.post%2", "repo:%zz", "blob:%ff/png", "repo:com.example.post%00",
    ]
  )
  func meaningless(text: String) {
    #expect(Permission(text) == nil)
  }

  @Test(
    "permissions that mean the same have the same canonical text",
    arguments: [
      (
        ["rpc:com.example.get?aud=*", "rpc?aud=%2A&lxm=com.example.get"],
        "rpc:com.example.get?aud=*"
      ),
      (
        ["rpc:*?aud=did:web:a.com#svc", "rpc?aud=did:web:a.com%23svc&lxm=*"],
        "rpc:*?aud=did:web:a.com%23svc"
      ),
      (
        ["repo?collection=b.c.d&collection=a.b.c&action=delete&action=create&action=create"],
        "repo?collection=a.b.c&collection=b.c.d&action=create&action=delete"
      ),
      (["repo?collection=*&collection=a.b.c"], "repo:*"),
      (["blob:image/svg+xml"], "blob:image/svg%2Bxml"),
      (["blob?accept=b/*&accept=A/*&accept=a/*"], "blob?accept=a/*&accept=b/*"),
      (["account:email?action=read"], "account:email"),
      (
        ["rpc:a.b.c?aud=did:web:localhost%253A80%23x"], "rpc:a.b.c?aud=did:web:localhost%253A80%23x"
      ),
    ]
  )
  func canonicalText(texts: [String], canonical: String) throws {
    for text in texts {
      #expect(try #require(Permission(text)).description == canonical)
    }
  }

  @Test(
    "a need names the smallest scope that covers it",
    arguments: [
      (.repo(.create, collection: "app.bsky.feed.post"), "repo:app.bsky.feed.post?action=create"),
      (
        .rpc(method: "com.example.m", audience: "did:web:x.com#svc"),
        "rpc:com.example.m?aud=did:web:x.com%23svc"
      ),
      (.rpc(method: nil, audience: "did:web:x.com#svc"), "rpc:*?aud=did:web:x.com%23svc"),
      (.blob(mimeType: "Text/HTML; charset=utf-8"), "blob:text/html"),
      (.account(.email, .read), "account:email"),
      (.account(.email, .manage), "account:email?action=manage"),
      (.identity(.handle), "identity:handle"), (.identity(.any), "identity:*"),
    ] as [(PermissionNeed, String)]
  )
  func needs(need: PermissionNeed, scope: String) throws {
    #expect(need.scope == scope)
    #expect(try OAuthScope("atproto \(scope)").allows(need))
  }
}
