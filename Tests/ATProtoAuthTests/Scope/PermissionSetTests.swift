import ATProtoAuth
import ATProtoData
import ATProtoSyntax
import Testing

@Suite struct PermissionSetTests {
  static func document(_ permissions: String, fields: String = "") -> [UInt8] {
    [UInt8](
      """
      {"$type":"com.atproto.lexicon.schema","lexicon":1,"id":"com.example.feed.authBasic",
       "defs":{"main":{"type":"permission-set"\(fields),"permissions":[\(permissions)]}}}
      """.utf8
    )
  }

  static let audience = "did:web:api.example.com#svc"

  @Test("a set grants records and methods, and passes on the audience of its reference")
  func expansion() throws {
    let set = try PermissionSet(
      json: Self.document(
        """
        {"type":"permission","resource":"repo","collection":["com.example.feed.post"]},
        {"type":"permission","resource":"repo","collection":["com.example.feed.like"],
         "action":["delete"]},
        {"type":"permission","resource":"rpc","inheritAud":true,
         "lxm":["com.example.feed.getB","com.example.feed.deep.getA"]},
        {"type":"permission","resource":"rpc","aud":"*","lxm":["com.example.feed.getSkeleton"]}
        """
      )
    )
    #expect(set.nsid == "com.example.feed.authBasic")
    let scope = try OAuthScope(
      "atproto include:com.example.feed.authBasic?aud=did:web:api.example.com%23svc unknown"
    )
    let expanded = scope.expanding([set.nsid: set])
    #expect(
      expanded.values == [
        "atproto", "unknown", "repo:com.example.feed.post",
        "repo:com.example.feed.like?action=delete",
        "rpc?lxm=com.example.feed.deep.getA&lxm=com.example.feed.getB"
          + "&aud=did:web:api.example.com%23svc",
        "rpc:com.example.feed.getSkeleton?aud=*",
      ]
    )
    #expect(expanded.includes.isEmpty)
    for method in ["com.example.feed.getB", "com.example.feed.deep.getA"] {
      #expect(expanded.allows(.rpc(method: method, audience: Self.audience)))
      #expect(!expanded.allows(.rpc(method: method, audience: "did:web:other.com#svc")))
    }
    // "If `inheritAud` is true and no `aud` is defined on the invoking `include:`, then the `rpc`
    // permission is invalid."
    #expect(set.permissions(audience: nil).count == 3)
    #expect(set.permissions(audience: "*").count == 3)
    // Without the set, or with another under its name, nothing is granted.
    #expect(scope.expanding([:]).values == ["atproto", "unknown"])
    let other = try OAuthScope("atproto include:com.example.other.set")
    #expect(other.expanding(["com.example.other.set": set]).values == ["atproto"])
  }

  @Test(
    "a permission of a set is ignored if it is not one that a set may contain",
    arguments: [
      // Wildcards.
      #""resource":"repo","collection":["*"]"#,
      #""resource":"repo","collection":["com.example.*"]"#,
      #""resource":"rpc","aud":"*","lxm":["*"]"#,
      // Another group: parent, sibling, similar name.
      #""resource":"repo","collection":["com.example.post"]"#,
      #""resource":"repo","collection":["com.example.feed"]"#,
      #""resource":"repo","collection":["com.example.actor.profile"]"#,
      #""resource":"repo","collection":["com.example.feedx.post"]"#,
      #""resource":"repo","collection":["com.example.feed.post","com.example.actor.profile"]"#,
      #""resource":"rpc","aud":"*","lxm":["com.example.actor.getProfile"]"#,
      // Audiences.
      #""resource":"rpc","aud":"did:web:a.com#svc","lxm":["com.example.feed.get"]"#,
      #""resource":"rpc","lxm":["com.example.feed.get"]"#,
      #""resource":"rpc","inheritAud":false,"lxm":["com.example.feed.get"]"#,
      #""resource":"rpc","inheritAud":true,"aud":"*","lxm":["com.example.feed.get"]"#,
      #""resource":"rpc","inheritAud":"true","lxm":["com.example.feed.get"]"#,
      // Unknown resources, fields, and values; wrong types.
      #""resource":"blob","accept":["*/*"]"#, #""resource":"account","attr":"email""#,
      #""resource":"identity","attr":"*""#, #""resource":"include","nsid":"com.example.feed.x""#,
      #""resource":"repo","collection":["com.example.feed.post"],"extra":1"#,
      #""resource":"repo","collection":["com.example.feed.post"],"action":["read"]"#,
      #""resource":"repo","collection":["com.example.feed.post"],"action":[]"#,
      #""resource":"repo","collection":["com.example.feed.post"],"action":"create""#,
      #""resource":"repo","collection":[]"#,
      #""resource":"repo","collection":"com.example.feed.p""#,
      #""resource":"repo","collection":["com.example.feed.post",1]"#, #""resource":"repo""#,
      #""collection":["com.example.feed.post"]"#, #""resource":1"#,
    ]
  )
  func ignored(fields: String) throws {
    let set = try PermissionSet(
      json: Self.document(
        #"{"type":"permission",\#(fields)},"#
          + #"{"type":"permission","resource":"repo","collection":["com.example.feed.ok"]}"#
      )
    )
    let granted = set.permissions(audience: Self.audience)
    #expect(granted == [.repo(RepoPermission(collections: ["com.example.feed.ok"]))])
  }

  @Test(
    "a document that is not a permission set is refused",
    arguments: [
      "", "[]", "{}", #"{"lexicon":1,"id":"com.example.x","defs":{}}"#,
      #"{"lexicon":2,"id":"com.example.x","defs":{"main":{"type":"permission-set","permissions":[]}}}"#,
      #"{"lexicon":1,"id":"x","defs":{"main":{"type":"permission-set","permissions":[]}}}"#,
      #"{"lexicon":1,"id":"com.example.x","defs":{"main":{"type":"record","permissions":[]}}}"#,
      #"{"lexicon":1,"id":"com.example.x","defs":{"main":{"type":"permission-set"}}}"#,
      String(repeating: "[", count: 100),
      String(repeating: " ", count: PermissionSet.maximumLength + 1),
    ]
  )
  func refused(json: String) {
    #expect(throws: OAuthError(.invalidScope, "")) { try PermissionSet(json: [UInt8](json.utf8)) }
  }

  @Test(
    "the title is in the reader's language if the set has it",
    arguments: [
      ([], "Basic"), (["ja"], "基本"), (["ja-JP"], "基本"), (["JA"], "基本"), (["de-CH-1901"], "Einfach"),
      (["zh-Hant-TW"], "基本功能"), (["fr"], "Basic"), (["fr", "de"], "Einfach"),
      // Readers of English get the text without a language before other languages.
      (["en-US", "en", "ja"], "Basic"), (["pt-BR", "en", "ja"], "Basic"), ([""], "Basic"),
    ]
  )
  func titles(languages: [String], title: String) throws {
    let set = try PermissionSet(
      json: Self.document(
        "",
        fields: #","title":"Basic","title:lang":{"ja":"基本","de":"Einfach","zh-hant":"基本功能"}"#
      )
    )
    #expect(set.title(in: languages) == title)
    #expect(set.detail(in: languages) == nil)
  }

  @Test("texts for people are cut, and have no control or direction characters")
  func cleanedTexts() throws {
    let long = String(repeating: "e\\u0301", count: 5000)
    let set = try PermissionSet(
      json: Self.document(
        "",
        fields: #","title":" a\u202eb\u0000\n\n<c>\u2066 👩‍👧 ","detail":"\#(long)""#
      )
    )
    #expect(set.title() == "ab <c> 👩‍👧")
    #expect(set.detail()?.count == 600)
    let empty = try PermissionSet(
      json: Self.document("", fields: #","title":"\u202e ","detail":1"#)
    )
    #expect(empty.title() == nil)
    #expect(empty.detail() == nil)
  }

  @Test("many large sets do not expand without bound")
  func boundedExpansion() throws {
    let methods = (0..<1000).map { "\"com.example.feed.m\($0)\"" }.joined(separator: ",")
    let set = try PermissionSet(
      json: Self.document(
        #"{"type":"permission","resource":"rpc","inheritAud":true,"lxm":[\#(methods)]}"#
      )
    )
    let references = (0..<400).map { "include:\(set.nsid.string)?aud=did:web:a\($0).com%23svc" }
    let scope = try OAuthScope("atproto " + references.joined(separator: " "))
    let expanded = scope.expanding([set.nsid: set])
    #expect(expanded.description.utf8.count <= OAuthScope.maximumLength)
    #expect(expanded.values.count > 2)
    #expect(try OAuthScope(expanded.description) == expanded)
  }
}
