import ATProtoAuth
import ATProtoData
import ATProtoHTTP
import ATProtoSyntax
import HTTPTypes
import ServiceKit
import Testing
import XRPC
import XRPCServer

@testable import PDS

/// Calls of OAuth sessions that are proxied to other services.
@Suite struct OAuthProxyTests {
  private static let timeline = "app.bsky.feed.getTimeline"
  private static let appView = "\(UpstreamService.did)%23bsky_appview"

  @Test func tokenAndProofStayHere() async throws {
    try await UpstreamService.run { call in
      .json(["feed": []], .ok, [.dpopNonce: "theirs", .wwwAuthenticate: "DPoP"])
    } _: { upstream in
      let session = try await upstream.signUp().oauth()
      let answer = try await session.call(Self.timeline)
      #expect(answer.head.status == .ok)
      let nonce = answer.head.headerFields[.dpopNonce]
      #expect(nonce?.isEmpty == false && nonce != "theirs")
      #expect(answer.head.headerFields[.cacheControl] == "private")
      #expect(answer.head.headerFields[.wwwAuthenticate] == nil)
      let seen = try #require(upstream.calls.first)
      #expect(seen.caller.did.string == session.account.did.string)
      #expect(!seen.headers.contains(.dpop))
      #expect(seen.headers[.authorization]?.hasPrefix("Bearer ") == true)
      #expect(seen.headers.allSatisfy { !$0.value.contains(session.token) })
    }
  }

  /// https://github.com/bluesky-social/atproto/issues/4195 and 4486.
  @Test(arguments: [
    ("rpc:\(timeline)?aud=AUD", true), ("rpc?aud=AUD&lxm=\(timeline)", true),
    ("rpc?lxm=a.b.c&lxm=\(timeline)&aud=AUD", true), ("rpc:*?aud=AUD", true),
    ("rpc:\(timeline)?aud=*", true), ("transition:generic", true),
    ("rpc:\(timeline)?aud=DID%23other", false), ("rpc:\(timeline)?aud=DID", false),
    ("rpc:app.bsky.feed.getFeed?aud=AUD", false), ("rpc:\(timeline)", false),
    ("rpc:*?aud=*", false), ("repo:* blob:*/*", false), ("transition:chat.bsky", false),
  ])
  func callRequiresPermissionForMethodAndService(_ scope: String, _ isPermitted: Bool)
    async throws
  {
    try await UpstreamService.run { upstream in
      let account = try await upstream.signUp()
      let services: [(String?, String, String)] = [
        (nil, UpstreamService.did.string, "bsky_appview"),
        ("\(UpstreamService.did)#bsky_appview", UpstreamService.did.string, "bsky_appview"),
        ("\(upstream.localDID)#some_service", upstream.localDID, "some_service"),
      ]
      for (header, did, fragment) in services {
        // A percent sign in a DID is encoded in a scope.
        let encoded = did.replacing("%", with: "%25")
        let scope = scope.replacing("AUD", with: "\(encoded)%23\(fragment)")
          .replacing("DID", with: encoded)
        let session = try await account.oauth("atproto \(scope)")
        var fields = HTTPFields()
        fields[.atprotoProxy] = header
        let before = upstream.calls.count
        let answer = try await session.call(Self.timeline, fields: fields)
        #expect(answer.refusal == (isPermitted ? nil : "403 ScopeMissingError"), "\(scope)")
        #expect(upstream.calls.count == before + (isPermitted ? 1 : 0))
      }
    }
  }

  @Test func unstableMethodsAreNeverProxied() async throws {
    try await UpstreamService.run { upstream in
      let session = try await upstream.signUp().oauth("atproto transition:generic")
      var fields = HTTPFields()
      fields[.atprotoProxy] = "\(UpstreamService.did)#bsky_appview"
      let before = upstream.calls.count
      let answer = try await session.call("com.atproto.temp.checkSignupQueue", fields: fields)
      #expect(answer.refusal == "403 Forbidden")
      #expect(upstream.calls.count == before)
    }
  }

  @Test func errorNamesMethodAndService() async throws {
    try await UpstreamService.run { upstream in
      let answer = try await upstream.signUp().oauth("atproto").call(Self.timeline)
      #expect(
        answer.message == #"Missing required scope "rpc:\#(Self.timeline)?aud=\#(Self.appView)""#
      )
    }
  }

  /// https://github.com/bluesky-social/atproto/issues/4850
  @Test func everyMethodOfASetWithAudienceIsPermitted() async throws {
    let nsid: NSID = "app.example.authAll"
    let methods = ["getOne", "getTwo", "putThree"].map { "app.example.\($0)" }
    let lexicon = #"""
      {"lexicon": 1, "id": "app.example.authAll", "defs": {"main": {"type": "permission-set",
      "title": "All", "detail": "All", "permissions": [
        {"type": "permission", "resource": "rpc", "inheritAud": true, "lxm": \#(methods)}
      ]}}}
      """#
    let set = try ATProtoAuth.PermissionSet(json: Array(lexicon.utf8))
    try await UpstreamService.run { upstream in
      let account = try await upstream.signUp()
      for (aud, isPermitted) in [("?aud=\(Self.appView)", true), ("?aud=*", false), ("", false)] {
        let scope = try OAuthScope("atproto include:\(nsid)\(aud)").expanding([nsid: set])
        let session = try await account.oauth(scope.description)
        for method in methods {
          let answer = try await session.call(
            method,
            fields: [.atprotoProxy: "\(UpstreamService.did)#bsky_appview"]
          )
          #expect(answer.refusal == (isPermitted ? nil : "403 ScopeMissingError"))
          // https://github.com/bluesky-social/atproto/issues/4490: never for every service.
          let other = try await session.call(
            method,
            fields: [.atprotoProxy: "\(upstream.localDID)#some_service"]
          )
          #expect(other.refusal == "403 ScopeMissingError")
        }
      }
      #expect(upstream.calls.map(\.nsid) == methods)
    }
  }

  /// The app view calls the feed generator on behalf of the account.
  @Test(arguments: [
    ("rpc:app.bsky.feed.getFeed?aud=*", false),
    ("rpc:app.bsky.feed.getFeed?aud=* rpc:app.bsky.feed.getFeedSkeleton?aud=*", true),
  ])
  func feedRequiresTwoPermissions(_ scope: String, _ isPermitted: Bool) async throws {
    try await UpstreamService.run { upstream in
      let session = try await upstream.signUp().oauth("atproto \(scope)")
      let answer = try await session.call("app.bsky.feed.getFeed?feed=at://did:web:a.com/a.b.c")
      #expect(answer.refusal == (isPermitted ? nil : "403 ScopeMissingError"))
      #expect(upstream.calls.count == (isPermitted ? 1 : 0))
    }
  }

  /// The app view hands the token on to the feed generator.
  @Test func feedTokenIsForTheFeedGenerator() async throws {
    try await UpstreamService.run { upstream in
      let session = try await upstream.signUp().oauth("atproto transition:generic")
      for _ in 0..<2 {
        _ = try await session.call(
          "app.bsky.feed.getFeed?feed=at://did:web:b.example.com/app.bsky.feed.generator/x&limit=3"
        )
      }
      // Once, because the answer is kept.
      #expect(upstream.anonymous.count == 1)
      #expect(upstream.anonymous.first?.hasPrefix("com.atproto.repo.getRecord?") == true)
      #expect(upstream.tokens.count == 2)
      let payload = try #require(upstream.tokens.last?.split(separator: ".")[1])
      let claims = try DataValue(json: try #require(Base64.url.decode(String(payload))))
      #expect(claims["aud"] == "did:web:feeds.example.com")
      #expect(claims["lxm"] == "app.bsky.feed.getFeedSkeleton")
      #expect(claims["iss"]?.string == session.account.did.string)
    }
  }

  @Test(arguments: ["app.bsky.notification.registerPush", "app.bsky.notification.unregisterPush"])
  func pushNotificationsRequirePermissionForTheNamedService(_ method: String) async throws {
    try await UpstreamService.run { upstream in
      let account = try await upstream.signUp()
      let scope = "atproto rpc:\(method)?aud=\(UpstreamService.did)%23bsky_notif"
      let session = try await account.oauth(scope)
      func register(_ session: TestOAuthSession, _ did: DataValue) async throws -> String? {
        try await session.call(method, json: ["serviceDid": did, "token": "x"]).refusal
      }
      #expect(try await register(session, .string(UpstreamService.did.string)) == nil)
      #expect(try DataValue(json: upstream.calls[0].body)["token"]?.string == "x")
      #expect(try await register(session, "did:web:b.example.com") == "403 ScopeMissingError")
      #expect(try await register(session, 7) == "400 InvalidRequest")
      // The call would go to the app view, which this scope does not cover.
      let other = try await account.oauth(
        "atproto rpc:\(method)?aud=did:web:b.example.com%23bsky_notif"
      )
      #expect(try await register(other, "did:web:b.example.com") == "403 ScopeMissingError")
      let long = try await session.call(
        method,
        json: [
          "serviceDid": "did:web:a.example.com",
          "x": .string(String(repeating: "a", count: 70_000)),
        ]
      )
      #expect(long.refusal == "413 PayloadTooLarge")
      #expect(upstream.calls.count == 1)
    }
  }

  @Test(arguments: [
    ("transition:generic", false), ("transition:chat.bsky", false),
    ("transition:generic transition:chat.bsky", true),
    ("rpc:chat.bsky.convo.listConvos?aud=*", true),
  ])
  func directMessagesRequireAPermissionOfTheirOwn(_ scope: String, _ isPermitted: Bool)
    async throws
  {
    try await UpstreamService.run { upstream in
      let session = try await upstream.signUp().oauth("atproto \(scope)")
      for method in ["chat.bsky.convo.listConvos", "CHAT.bsky.convo.listConvos"] {
        let answer = try await session.call(
          method,
          fields: [.atprotoProxy: "\(upstream.localDID)#some_service"]
        )
        #expect(answer.refusal == (isPermitted ? nil : "403 ScopeMissingError"))
      }
    }
  }

  @Test func reportRequiresPermissionForTheReportService() async throws {
    let method = "com.atproto.moderation.createReport"
    try await UpstreamService.run { upstream in
      let account = try await upstream.signUp { $0.reportService = upstream.location }
      for (fragment, refusal) in [
        ("atproto_labeler", nil), ("bsky_appview", "403 ScopeMissingError"),
      ] as [(String, String?)] {
        let session = try await account.oauth(
          "atproto rpc:\(method)?aud=\(UpstreamService.did)%23\(fragment)"
        )
        #expect(try await session.call(method, json: ["reasonType": "x"]).refusal == refusal)
      }
    }
  }

  @Test func preferencesBelongToTheAppView() async throws {
    let method = "app.bsky.actor.getPreferences"
    try await UpstreamService.run { call in
      .json(["preferences": []])
    } _: { upstream in
      let account = try await upstream.signUp()
      let session = try await account.oauth("atproto rpc:\(method)?aud=\(Self.appView)")
      #expect(try await session.call(method).head.status == .ok)
      let named = try await session.call(
        method,
        fields: [.atprotoProxy: "\(UpstreamService.did)#bsky_appview"]
      )
      #expect(named.head.status == .ok)
      let other = try await session.call(
        method,
        fields: [.atprotoProxy: "\(upstream.localDID)#some_service"]
      )
      #expect(other.refusal == "403 ScopeMissingError" && upstream.calls.isEmpty)
    }
  }
}
