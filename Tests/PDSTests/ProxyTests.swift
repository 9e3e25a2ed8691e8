import ATProtoData
import ATProtoHTTP
import ATProtoSyntax
import AppBskyAPI
import ComAtprotoAPI
import HTTPTypes
import ServiceKit
import Testing
import XRPC
import XRPCAsyncHTTPClient
import XRPCClient
import XRPCServer

@testable import PDS

@Suite struct ProxyTests {
  private static let timeline = "app.bsky.feed.getTimeline"

  @Test func queryIsForwardedToTheAppView() async throws {
    try await UpstreamService.run { call in
      .json(
        ["feed": []],
        .ok,
        [
          .setCookie: "a=b", .contentLanguage: "nl", .retryAfter: "3",
          HTTPField.Name("atproto-repo-rev")!: "3l", .server: "secret/1.0",
          HTTPField.Name("atproto-content-labelers")!: "did:plc:a;redact",
        ]
      )
    } _: { upstream in
      let account = try await upstream.signUp()
      let query = "limit=3&cursor=a%20b%2F&tag=%F0%9F%8C%8A&tag=x"
      let answer = try await account.call(
        Self.timeline + "?" + query,
        fields: [
          .cookie: "secret", .acceptLanguage: "nl", .accept: "application/json",
          HTTPField.Name("atproto-accept-labelers")!: "did:plc:a",
          HTTPField.Name("x-forwarded-for")!: "192.0.2.1", HTTPField.Name("x-own")!: "1",
        ]
      )
      #expect(answer.head.status == .ok)
      #expect(String(decoding: answer.body, as: UTF8.self) == #"{"feed":[]}"#)
      let fields = answer.head.headerFields
      #expect(fields[.contentType] == "application/json" && fields[.contentLanguage] == "nl")
      #expect(fields[.retryAfter] == "3" && fields[.xContentTypeOptions] == "nosniff")
      #expect(fields[HTTPField.Name("atproto-repo-rev")!] == "3l")
      #expect(fields[HTTPField.Name("atproto-content-labelers")!] == "did:plc:a;redact")
      #expect(fields[.setCookie] == nil && fields[.server] != "secret/1.0")

      let call = try #require(upstream.calls.first)
      #expect(upstream.calls.count == 1 && upstream.documents == 0)
      #expect(call.verb == .get && call.nsid == Self.timeline && call.query == query)
      #expect(call.caller.did.string == account.did.string && call.caller.keyID == "#atproto")
      #expect(call.caller.audience == UpstreamService.did.string)
      let seen = call.headers
      #expect(seen[.acceptLanguage] == "nl" && seen[.acceptEncoding] == "identity")
      #expect(seen[HTTPField.Name("atproto-accept-labelers")!] == "did:plc:a")
      #expect(seen[.cookie] == nil && seen[HTTPField.Name("x-own")!] == nil)
      #expect(seen[HTTPField.Name("x-forwarded-for")!] == nil)
      #expect(seen[.authorization]?.contains(account.output.accessJwt) == false)
    }
  }

  @Test func requestIsForwardedToTheNamedService() async throws {
    try await UpstreamService.run { upstream in
      let account = try await upstream.signUp { $0.appView = nil }
      // Any method of any namespace, with or without a body.
      for nsid in ["com.example.some.method", "tools.ozone.team.listMembers", Self.timeline] {
        let answer = try await account.call(
          nsid,
          .post,
          fields: [
            .contentType: "text/plain", .atprotoProxy: "\(upstream.localDID)#some_service",
          ],
          body: Array("hello".utf8)
        )
        #expect(answer.head.status == .ok, "\(String(decoding: answer.body, as: UTF8.self))")
      }
      #expect(upstream.calls.map(\.nsid).last == Self.timeline && upstream.calls.count == 3)
      for call in upstream.calls {
        #expect(call.verb == .post && call.body == Array("hello".utf8))
        #expect(call.headers[.contentType] == "text/plain")
        #expect(call.caller.audience == upstream.localDID)
      }
      // The DID document was resolved once and cached.
      #expect(upstream.documents == 1)
    }
  }

  /// The generated, typed client, through both servers.
  @Test func typedClientWorksThroughTheProxy() async throws {
    try await UpstreamService.run { call in
      guard call.query == "actor=alice.test" else {
        return .json(["error": "NotYours", "message": "go away", "detail": 7], .forbidden)
      }
      return .json([
        "did": .string(call.caller.did.string), "handle": "alice.test", "extra": true,
      ])
    } _: { upstream in
      let account = try await upstream.signUp()
      let actor = account.client.appBsky.actor
      let profile = try await actor.getProfile(.init(actor: "alice.test"))
      #expect(profile.did == account.did)
      let refused = await refusal { try await actor.getProfile(.init(actor: "bob.test")) }
      #expect(refused == "403 NotYours")
    }
  }

  @Test func procedureWithoutBodyIsForwarded() async throws {
    try await UpstreamService.run { upstream in
      let account = try await upstream.signUp()
      let answer = try await account.call("app.bsky.notification.updateSeen", .post)
      #expect(answer.head.status == .ok)
      let call = try #require(upstream.calls.first)
      #expect(call.verb == .post && call.body.isEmpty)
      #expect(call.headers[.transferEncoding] == nil && call.headers[.contentType] == nil)
    }
  }

  /// XRPC specification, "Inter-Service Authentication (JWT)": what new services may require.
  @Test func tokenAudienceCanIncludeTheServiceFragment() async throws {
    try await UpstreamService.run { upstream in
      let account = try await upstream.signUp { $0.usesBareAudiences = false }
      _ = try await account.call(Self.timeline)
      let service = "\(upstream.localDID)#some_service"
      _ = try await account.call(Self.timeline, fields: [.atprotoProxy: service])
      #expect(
        upstream.calls.map(\.caller.audience) == ["\(UpstreamService.did)#bsky_appview", service]
      )
    }
  }

  @Test(
    arguments: [
      // If no service is configured for the method, it is not implemented.
      ("com.example.some.method", nil, "501 MethodNotImplemented"),
      ("com.atproto.label.queryLabels", nil, "501 MethodNotImplemented"),
      ("com.atproto.server.none", nil, "501 MethodNotImplemented"),
      ("app.bskyx.feed.getTimeline", nil, "501 MethodNotImplemented"),
      (timeline, "did:web:a.example.com", "400 InvalidRequest"),
      (timeline, "#some_service", "400 InvalidRequest"),
      (timeline, "LOCAL#", "400 InvalidRequest"),
      (timeline, "LOCAL#some_service#more", "400 InvalidRequest"),
      (timeline, "LOCAL#some service", "400 InvalidRequest"),
      (timeline, "LOCAL#another", "400 InvalidRequest"),
      (timeline, "LOCAL#below", "400 InvalidRequest"),
      (timeline, "LOCAL#elsewhere", "400 InvalidRequest"),
      (timeline, "LOCAL#with_user", "400 InvalidRequest"),
      (timeline, "did:key:z6Mk#some_service", "400 InvalidRequest"),
      (timeline, "did:web:localhost#atproto_pds", "400 InvalidRequest"),
      (timeline, "did:web:a.example.com:path#some_service", "400 InvalidRequest"),
      // Methods that manage accounts and servers, in uppercase or lowercase.
      ("com.atproto.admin.none", "LOCAL#some_service", "400 InvalidRequest"),
      ("com.atproto.Server.getSession", "LOCAL#some_service", "400 InvalidRequest"),
      ("com.atproto.identity.SIGNPLCOPERATION", "LOCAL#some_service", "400 InvalidRequest"),
    ] as [(String, String?, String)]
  )
  func requestThatCannotBeForwardedIsRejected(_ nsid: String, _ header: String?, _ refusal: String)
    async throws
  {
    try await UpstreamService.run { upstream in
      let account = try await upstream.signUp()
      var fields = HTTPFields()
      fields[.atprotoProxy] = header?.replacing("LOCAL", with: upstream.localDID)
      #expect(try await account.call(nsid, fields: fields).refusal == refusal)
      #expect(upstream.calls.isEmpty)
    }
  }

  /// Implemented methods are not proxied, even if the header names a service.
  @Test func implementedMethodsAreNotForwarded() async throws {
    try await UpstreamService.run { upstream in
      let account = try await upstream.signUp()
      let fields: HTTPFields = [.atprotoProxy: "\(upstream.localDID)#some_service"]
      let answer = try await account.call("com.atproto.server.getSession", fields: fields)
      #expect(answer.head.status == .ok && upstream.calls.isEmpty && upstream.documents == 0)
    }
  }

  @Test func anonymousRequestIsNotForwarded() async throws {
    try await UpstreamService.run { upstream in
      let server = try await upstream.signUp().server
      let fields: HTTPFields = [.atprotoProxy: "\(upstream.localDID)#some_service"]
      #expect(try await server.call(Self.timeline).refusal == "401 AuthMissing")
      #expect(try await server.call(Self.timeline, fields: fields).refusal == "401 AuthMissing")
      let wrong = fields.merging([.authorization: "Bearer x"])
      #expect(try await server.call(Self.timeline, fields: wrong).refusal == "400 InvalidToken")
      #expect(upstream.calls.isEmpty && upstream.documents == 0)
    }
  }

  @Test func inactiveAccountCannotUseTheProxy() async throws {
    try await UpstreamService.run { upstream in
      let account = try await upstream.signUp()
      for (flag, refusal) in [
        (AccountStatus.Flag.deactivated, "401 AccountDeactivated"),
        (.takendown, "401 AccountTakedown"),
      ] {
        try await account.set(flag)
        #expect(try await account.call(Self.timeline).refusal == refusal)
        try await account.set(flag, false)
      }
      #expect(upstream.calls.isEmpty)
      #expect(try await account.call(Self.timeline).head.status == .ok)
    }
  }

  @Test(arguments: [(false, "400 InvalidToken"), (true, nil)] as [(Bool, String?)])
  func directMessagesRequireAPrivilegedAppPassword(_ isPrivileged: Bool, _ refusal: String?)
    async throws
  {
    try await UpstreamService.run { upstream in
      let account = try await upstream.signUp()
      let token = try await account.appToken(isPrivileged: isPrivileged)
      for nsid in ["chat.bsky.convo.listConvos", "CHAT.bsky.convo.listConvos"] {
        let fields: HTTPFields = [.atprotoProxy: "\(upstream.localDID)#some_service"]
        let answer = try await account.server.call(nsid, token: token, fields: fields)
        #expect(answer.refusal == refusal)
      }
      #expect(upstream.calls.count == (isPrivileged ? 2 : 0))
      let other = try await account.server.call(Self.timeline, token: token)
      #expect(other.head.status == .ok)
    }
  }

  /// An app view that is not a labeler would drop the report without an error.
  @Test func reportGoesToTheModerationServiceAndNeverToTheAppView() async throws {
    try await UpstreamService.run { call in
      .json([
        "id": 1, "reasonType": "com.atproto.moderation.defs#reasonSpam",
        "subject": ["$type": "com.atproto.admin.defs#repoRef", "did": "did:web:b.example.com"],
        "reportedBy": .string(call.caller.did.string), "createdAt": "2026-01-02T03:04:05.678Z",
      ])
    } _: { upstream in
      for isForReports in [true, false] {
        let account = try await upstream.signUp {
          if isForReports {
            // The service for reports need not be the one that moderates.
            $0.modService = ServiceLocation(
              did: "did:web:mod.example.com",
              url: HTTPURL("http://127.0.0.1:1")!
            )
            $0.reportService = upstream.location
          } else {
            $0.modService = upstream.location
          }
          $0.usesBareAudiences = false
        }
        // The owner of an account that was taken down can appeal.
        let token = try await account.takendownToken()
        let report = try await account.server.client(token: token).comAtproto.moderation
          .createReport(
            ComAtproto.Moderation.CreateReport.Input(
              reasonType: ComAtproto.Moderation.Defs.ReasonType(
                "com.atproto.moderation.defs#reasonSpam"
              ),
              subject: .repoRef(ComAtproto.Admin.Defs.RepoRef(did: "did:web:b.example.com"))
            )
          )
        #expect(report.reportedBy == account.did)
        let call = try #require(upstream.calls.last)
        #expect(call.caller.audience == "\(UpstreamService.did)#atproto_labeler")
        #expect(try DataValue(json: call.body)["subject"]?["did"] == "did:web:b.example.com")
      }
      let count = upstream.calls.count
      let account = try await upstream.signUp()
      let answer = try await account.call("com.atproto.moderation.createReport", .post)
      #expect(answer.refusal == "501 MethodNotImplemented")
      let message = try DataValue(json: answer.body)["message"]?.string
      #expect(message?.contains("atproto-proxy") == true && upstream.calls.count == count)
    }
  }

  /// Label specification, "Labeler HTTP Headers": no value and no header are different requests.
  @Test func emptyAcceptLabelersIsForwarded() async throws {
    let name = HTTPField.Name("atproto-accept-labelers")!
    try await UpstreamService.run { upstream in
      let account = try await upstream.signUp()
      for (fields, expected) in [([name: ""], ""), ([:], nil)] as [(HTTPFields, String?)] {
        let answer = try await account.call(Self.timeline, fields: fields)
        #expect(answer.head.status == .ok)
        #expect(upstream.calls.last?.headers[name] == expected)
      }
    }
  }

  /// A record in a repository on another server comes from the app view, without a token, even if
  /// the client names another service.
  @Test func recordOfAnotherRepositoryComesFromTheAppView() async throws {
    let method = "com.atproto.repo.getRecord"
    let query = "repo=did:web:b.example.com&collection=a.b.c&rkey=x"
    try await UpstreamService.run { upstream in
      let account = try await upstream.signUp()
      let fields: HTTPFields = [.atprotoProxy: "\(upstream.localDID)#some_service"]
      for fields in [[:], fields] {
        let answer = try await account.call("\(method)?\(query)", fields: fields)
        #expect(answer.head.status == .ok)
        #expect(answer.head.headerFields[.xContentTypeOptions] == "nosniff")
        #expect(try DataValue(json: answer.body)["value"] == [:])
      }
      let stranger = try await account.server.client.comAtproto.repo.getRecord(
        .init(repo: "b.example.com", collection: "a.b.c", rkey: "y")
      )
      #expect(stranger.uri == "at://did:web:b.example.com/a.b.c/x")
      #expect(
        upstream.anonymous == [
          "\(method)?\(query)", "\(method)?\(query)",
          "\(method)?repo=b.example.com&collection=a.b.c&rkey=y",
        ]
      )
      for path in ["collection=a.b.c&rkey=x", "collection=a.b.c&rkey=x&cid=x"] {
        let own = try await account.call("\(method)?repo=\(account.did)&\(path)")
        #expect(own.head.status == .badRequest)
      }
      let other = try await account.call("com.atproto.repo.listRecords?\(query)")
      #expect(other.refusal == "400 InvalidRequest")
      try await account.set(.takendown)
      let down = try await account.server.call(
        "\(method)?repo=\(account.did)&collection=a.b.c&rkey=x"
      )
      #expect(down.refusal == "400 RepoTakendown")
      #expect(upstream.anonymous.count == 3 && upstream.calls.isEmpty && upstream.documents == 0)
    }
    let alone = try await TestServer().call("\(method)?\(query)")
    #expect(alone.refusal == "400 InvalidRequest")
  }

  /// The server stores only the preferences of the configured app view.
  @Test func preferencesOfANamedServiceAreForwarded() async throws {
    try await UpstreamService.run { call in
      .json(["preferences": []])
    } _: { upstream in
      let account = try await upstream.signUp()
      let adult = AppBsky.Actor.Defs.PreferencesItem.adultContentPref(.init(enabled: true))
      try await account.client.appBsky.actor.putPreferences(.init(preferences: [adult]))
      let nsid = "app.bsky.actor.getPreferences"
      let own = try await account.call(
        nsid,
        fields: [.atprotoProxy: "\(UpstreamService.did)#bsky_appview"]
      )
      #expect(try DataValue(json: own.body)["preferences"]?.array?.count == 1)
      #expect(upstream.calls.isEmpty)
      let other = try await account.call(
        nsid,
        fields: [.atprotoProxy: "\(upstream.localDID)#some_service"]
      )
      #expect(try DataValue(json: other.body)["preferences"]?.array?.isEmpty == true)
      #expect(upstream.calls.map(\.nsid) == [nsid])
    }
  }

  /// Request and response bodies are streamed, over sockets.
  @Test func bodiesAreStreamedBothWays() async throws {
    let large = [UInt8]((0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })
    try await UpstreamService.run { call in
      RouteResponse(
        head: HTTPResponse(status: .ok, headerFields: [.contentType: "application/x-x"]),
        body: .stream(
          ByteStream(
            AsyncStream {
              $0.yield(call.body); $0.finish()
            }
          )
        )
      )
    } _: { upstream in
      let account = try await upstream.signUp()
      try await account.server.overSocket { url in
        let request = try #require(HTTPURL(url + "/xrpc/app.bsky.video.upload")).request(
          .post,
          [
            .contentType: "video/mp4", .authorization: "Bearer \(account.output.accessJwt)",
          ]
        )
        let chunks = ByteStream(
          AsyncStream { continuation in
            for start in stride(from: 0, to: large.count, by: 100_000) {
              continuation.yield(Array(large[start..<min(start + 100_000, large.count)]))
            }
            continuation.finish()
          }
        )
        let answer = try await AsyncHTTPClientTransport.shared.send(
          request,
          streaming: chunks,
          options: TransportOptions()
        )
        #expect(answer.head.status == .ok && answer.body == large)
        #expect(answer.head.headerFields[.contentType] == "application/x-x")
        #expect(upstream.calls.first?.headers[.contentType] == "video/mp4")

        // A call without a body has no body over a socket, either.
        let head = try #require(HTTPURL(url + "/xrpc/app.bsky.feed.getTimeline")).request(
          .head,
          [.authorization: "Bearer \(account.output.accessJwt)"]
        )
        let bodiless = try await AsyncHTTPClientTransport.shared.send(
          head,
          body: nil,
          options: TransportOptions()
        )
        #expect(bodiless.head.status == .ok && bodiless.body.isEmpty)
        #expect(upstream.calls.last?.verb == .head)
      }
    }
  }

  @Test func subscriptionIsNotForwarded() async throws {
    try await UpstreamService.run { upstream in
      let account = try await upstream.signUp()
      let opening = try await account.server.transport.openWebSocket(
        TestServer.request("app.bsky.feed.subscribe"),
        options: TransportOptions()
      )
      guard case .refused(let answer) = opening else {
        Issue.record("a stream was opened")
        return
      }
      #expect(answer.refusal == "501 MethodNotImplemented")
    }
  }
}

extension HTTPFields {
  fileprivate func merging(_ other: HTTPFields) -> HTTPFields {
    var merged = self
    for field in other { merged[field.name] = field.value }
    return merged
  }
}
