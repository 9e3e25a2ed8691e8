import ATProtoAuth
import ATProtoData
import ATProtoHTTP
import ATProtoSyntax
import ComAtprotoAPI
import HTTPTypes
import Testing
import XRPC

@testable import PDS

/// The permissions of OAuth sessions at the methods that the server implements.
@Suite struct OAuthPermissionTests {
  /// A call of a method, scopes that permit it, and scopes that come close.
  struct Call: Sendable, CustomTestStringConvertible {
    var nsid: String
    var query: String = ""
    var input: DataValue?
    /// Empty for a procedure without input.
    var contentType = "application/json"
    /// Each permits the call.
    var sufficient: [String]
    /// Nor does all of this.
    var insufficient: String

    var testDescription: String { nsid }

    func send(_ session: TestOAuthSession) async throws -> HTTPTransportResponse {
      guard let input else { return try await session.call(nsid + query) }
      guard !contentType.isEmpty else { return try await session.call(nsid, .post) }
      let bytes =
        contentType == "application/json"
        ? input.replacing("DID", with: session.account.did.string).jsonBytes() : [1, 2, 3]
      return try await session.call(
        nsid,
        .post,
        fields: [.contentType: contentType],
        body: bytes
      )
    }
  }

  private static let collection = TestAccount.collection
  private static let repo = "com.atproto.repo."
  private static let server = "com.atproto.server."
  private static let identity = "com.atproto.identity."
  private static let record: DataValue = ["$type": "com.example.note", "text": "x"]
  private static let preferences = "app.bsky.actor."
  /// The audience of preferences on a server without an app view.
  private static let own = "did:web:localhost%23atproto_pds"

  /// Methods that need a permission.
  static let calls: [Call] = [
    Call(
      nsid: repo + "createRecord",
      input: ["repo": "DID", "collection": .string(collection), "record": record],
      sufficient: [
        "repo:\(collection)", "repo:\(collection)?action=create", "repo:*?action=create",
        "repo?action=delete&action=create&collection=a.b.c&collection=\(collection)",
        "transition:generic",
      ],
      insufficient: """
        repo:\(collection)?action=update repo:\(collection)?action=delete repo:com.example.other \
        repo:com.example.* repo:\(collection)?action=write blob:*/* identity:*
        """
    ),
    Call(
      nsid: repo + "putRecord",
      input: [
        "repo": "DID", "collection": .string(collection), "rkey": "a", "record": record,
      ],
      sufficient: [
        "repo:\(collection)", "repo:*?action=create&action=update",
        "repo:\(collection)?action=create repo:\(collection)?action=update", "transition:generic",
      ],
      insufficient: "repo:\(collection)?action=create&action=delete repo:a.b.c?action=update"
    ),
    Call(
      nsid: repo + "putRecord",
      input: [
        "repo": "DID", "collection": .string(collection), "rkey": "a", "record": record,
      ],
      sufficient: ["repo:\(collection)"],
      insufficient: "repo:\(collection)?action=update"
    ),
    Call(
      nsid: repo + "deleteRecord",
      input: ["repo": "DID", "collection": .string(collection), "rkey": "a"],
      sufficient: ["repo:\(collection)?action=delete", "repo:*", "transition:generic"],
      insufficient: "repo:\(collection)?action=create&action=update"
    ),
    Call(
      nsid: repo + "applyWrites",
      input: [
        "repo": "DID",
        "writes": [
          [
            "$type": "com.atproto.repo.applyWrites#create", "collection": .string(collection),
            "value": record,
          ],
          [
            "$type": "com.atproto.repo.applyWrites#delete", "collection": "com.example.other",
            "rkey": "a",
          ],
        ],
      ],
      sufficient: [
        "repo:*", "repo:\(collection)?action=create repo:com.example.other?action=delete",
        "transition:generic",
      ],
      insufficient: "repo:\(collection) repo:com.example.other?action=create"
    ),
    Call(
      nsid: repo + "uploadBlob",
      input: .null,
      contentType: "Image/PNG; x=y",
      sufficient: [
        "blob:image/png", "blob:image/*", "blob:*/*", "blob:IMAGE/*", "transition:generic",
      ],
      insufficient: "blob:image/jpeg blob:video/* repo:*"
    ),
    Call(
      nsid: repo + "importRepo",
      input: .null,
      contentType: "application/vnd.ipld.car",
      sufficient: ["account:repo?action=manage"],
      insufficient: "account:repo account:email?action=manage repo:* transition:generic"
    ),
    Call(
      nsid: server + "getServiceAuth",
      query: "?aud=did:web:a.example.com%23svc&lxm=com.example.get",
      sufficient: [
        "rpc:com.example.get?aud=did:web:a.example.com%23svc",
        "rpc:com.example.get?aud=did:web:a.example.com#svc", "rpc:com.example.get?aud=*",
        "rpc:*?aud=did:web:a.example.com%23svc", "transition:generic",
      ],
      insufficient: """
        rpc:com.example.get?aud=did:web:a.example.com%23other rpc:com.example.put?aud=* \
        rpc:com.example.get?aud=did:web:a.example.com rpc:*?aud=* rpc:com.example.get
        """
    ),
    Call(
      nsid: preferences + "getPreferences",
      sufficient: [
        "rpc:app.bsky.actor.getPreferences?aud=*", "rpc:*?aud=\(own)",
        "rpc?lxm=app.bsky.actor.getPreferences&aud=\(own)", "transition:generic",
      ],
      insufficient: "rpc:app.bsky.actor.putPreferences?aud=* account:email repo:*"
    ),
    Call(
      nsid: preferences + "putPreferences",
      input: ["preferences": []],
      sufficient: ["rpc:app.bsky.actor.putPreferences?aud=*", "transition:generic"],
      insufficient: "rpc:app.bsky.actor.getPreferences?aud=* account:email?action=manage"
    ),
    Call(
      nsid: server + "requestEmailConfirmation",
      input: .null,
      contentType: "",
      sufficient: ["account:email?action=manage", "account?action=manage&attr=email"],
      insufficient: "account:email transition:email transition:generic"
    ),
    Call(
      nsid: server + "confirmEmail",
      input: ["email": "alice@mail.test", "token": "x"],
      sufficient: ["account:email?action=manage"],
      insufficient: "account:email?action=read account:repo?action=manage"
    ),
    Call(
      nsid: server + "requestEmailUpdate",
      input: .null,
      contentType: "",
      sufficient: ["account:email?action=manage"],
      insufficient: "account:email transition:email transition:generic"
    ),
    Call(
      nsid: server + "updateEmail",
      input: ["email": "other@mail.test"],
      sufficient: ["account:email?action=manage"],
      insufficient: "account:email transition:email transition:generic"
    ),
    Call(
      nsid: identity + "updateHandle",
      input: ["handle": "other.test"],
      sufficient: ["identity:handle", "identity:*"],
      insufficient: "transition:generic repo:* account:email?action=manage"
    ),
    Call(
      nsid: identity + "requestPlcOperationSignature",
      input: .null,
      contentType: "",
      sufficient: ["identity:*", "identity:*?"],
      insufficient: "identity:handle transition:generic"
    ),
    Call(
      nsid: identity + "signPlcOperation",
      input: ["token": "x"],
      sufficient: ["identity:*"],
      insufficient: "identity:handle transition:generic"
    ),
    Call(
      nsid: identity + "submitPlcOperation",
      input: ["operation": [:]],
      sufficient: ["identity:*"],
      insufficient: "identity:handle transition:generic"
    ),
  ]

  /// Methods that any session may call, and methods that none may.
  static let otherCalls: [Call] = [
    Call(nsid: server + "getSession"), Call(nsid: server + "checkAccountStatus"),
    Call(nsid: repo + "listMissingBlobs"),
    Call(nsid: identity + "getRecommendedDidCredentials"),
    Call(nsid: identity + "refreshIdentity", input: ["identifier": "DID"]),
    Call(nsid: "com.atproto.sync.getRepo", query: "?did=DID"),
    Call(nsid: "com.atproto.sync.listBlobs", query: "?did=DID"),
    Call(nsid: "com.atproto.sync.getBlob", query: "?did=DID&cid=\(blob)"),
    Call(nsid: server + "activateAccount", input: .null, contentType: ""),
    Call(nsid: server + "deactivateAccount", input: [:]),
    Call(nsid: server + "requestAccountDelete", input: .null, contentType: ""),
    Call(nsid: server + "createAppPassword", input: ["name": "x"]),
    Call(nsid: server + "listAppPasswords"),
    Call(nsid: server + "revokeAppPassword", input: ["name": "x"]),
    Call(nsid: server + "getAccountInviteCodes"),
  ]

  private static let blob = "bafkreibme22gw2h7y2h7tg2fhqotaqjucnbc24deqo72b6mkl2egezxhvy"

  private static let everything = """
    atproto transition:generic transition:chat.bsky transition:email repo:* blob:*/* identity:* \
    account:email?action=manage account:repo?action=manage account:status?action=manage
    """

  @Test func everyMethodIsInTheTable() throws {
    let routes = Set(try TestServer().server.routes.map(\.nsid))
    #expect(Set(RoutePermissions.nsids) == routes)
  }

  @Test func everyMethodWithAPermissionIsCalledHere() throws {
    let called = Set(Self.calls.map(\.nsid))
    for nsid in RoutePermissions.nsids {
      switch RoutePermissions.permission(for: nsid) {
      case .need, .computed: #expect(called.contains(nsid), "\(nsid)")
      case .anySession, .never:
        #expect(Self.otherCalls.contains { $0.nsid == nsid }, "\(nsid)")
      case .sessionless: break
      }
    }
  }

  @Test(arguments: calls)
  func callRequiresItsPermission(_ call: Call) async throws {
    let account = try await TestServer().signUp()
    for scope in ["atproto", "atproto \(call.insufficient)"] {
      let answer = try await call.send(account.oauth(scope))
      #expect(answer.refusal == "403 ScopeMissingError", "\(scope)")
      #expect(answer.message?.hasPrefix("Missing required scope \"") == true)
      let challenge = answer.head.headerFields[.wwwAuthenticate] ?? ""
      #expect(challenge.hasPrefix("DPoP error=\"insufficient_scope\""))
    }
    for scope in call.sufficient {
      let answer = try await call.send(account.oauth("atproto \(scope)"))
      // What was not done for another reason is a bad request, with the same error as that of a
      // session that was opened with the password.
      #expect(![401, 403].contains(answer.head.status.code), "\(scope): \(answer.refusal ?? "")")
    }
  }

  @Test(arguments: otherCalls)
  func callIsPermittedToAnySessionOrToNone(_ call: Call) async throws {
    let account = try await TestServer().signUp()
    var call = call
    call.query = call.query.replacing("DID", with: account.did.string)
    let isPermitted = RoutePermissions.permission(for: call.nsid) == .anySession
    for scope in ["atproto", Self.everything] {
      let answer = try await call.send(account.oauth(scope))
      if isPermitted {
        #expect(![401, 403].contains(answer.head.status.code), "\(answer.refusal ?? "")")
      } else {
        #expect(answer.refusal == "403 Forbidden")
      }
    }
    // https://github.com/bluesky-social/pds/issues/360
    #expect(try await account.client.comAtproto.server.getSession().active == true)
  }

  @Test func administratorsMethodsRefuseOAuthSessions() async throws {
    let session = try await TestServer().signUp().oauth(Self.everything)
    let answer = try await session.call(
      "com.atproto.admin.getAccountInfo?did=\(session.account.did)"
    )
    #expect(answer.refusal == "401 AuthenticationRequired")
  }

  @Test(arguments: [
    (0, "repo:com.example.note?action=create"), (3, "repo:com.example.note?action=delete"),
    (5, "blob:image/png"), (6, "account:repo?action=manage"),
    (7, "rpc:com.example.get?aud=did:web:a.example.com%23svc"), (14, "identity:handle"),
  ])
  func errorNamesTheMissingScope(_ index: Int, _ scope: String) async throws {
    let answer = try await Self.calls[index].send(TestServer().signUp().oauth("atproto"))
    #expect(answer.message == "Missing required scope \"\(scope)\"")
  }
}

extension OAuthPermissionTests.Call {
  fileprivate init(
    nsid: String,
    query: String = "",
    input: DataValue? = nil,
    contentType: String = "application/json"
  ) {
    self.init(
      nsid: nsid,
      query: query,
      input: input,
      contentType: contentType,
      sufficient: [],
      insufficient: ""
    )
  }
}

extension DataValue {
  /// The value with a text replaced wherever it is a whole string.
  fileprivate func replacing(_ text: String, with other: String) -> DataValue {
    switch self {
    case .string(text): return .string(other)
    case .object(let object):
      var copy = object
      for (key, value) in object { copy[key] = value.replacing(text, with: other) }
      return .object(copy)
    default: return self
    }
  }
}
