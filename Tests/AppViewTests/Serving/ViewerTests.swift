import ATProtoAuth
import ATProtoCrypto
import ATProtoData
import ATProtoLabels
import ATProtoSyntax
import AppBskyAPI
import ComAtprotoAPI
import HTTPTypes
import Testing

@testable import AppView

/// Viewers and labels of typed handlers.
@Suite struct ViewerTests {
  private typealias Method = AppBsky.Notification.GetUnreadCount
  private static let nsid = Method.nsid
  private static let labeler: DID = "did:web:labeler.example.com"

  /// Answers 1 if there is a viewer, and 0 otherwise.
  private static func route(requiresViewer: Bool = false) -> IndexRoute {
    .query(Method.self, requiresViewer: requiresViewer) { request in
      Method.Output(count: request.viewer == nil ? 0 : 1)
    }
  }

  private struct Token {
    var issuer = ServedIndex.alice.did.string
    var key = ServedIndex.alice.key
    var audience: String
    var method: String? = ViewerTests.nsid
    var type = "JWT"
    var expiry: Int? = Int(Datetime.Instant.now.seconds) + 60
    var nonce: String?

    var field: HTTPFields {
      let claims = JWTClaims(
        issuer: issuer,
        audience: audience,
        expiresAt: expiry,
        identifier: nonce,
        method: method
      )
      return [
        .authorization: "Bearer " + JWT.sign(claims, type: type, keyID: nil, with: .private(key))
      ]
    }
  }

  @Test func validTokensAreAccepted() async throws {
    try await ServedIndex.run(handlers: [Self.route(requiresViewer: true)]) { index in
      let did = index.server.did
      var bob = Token(audience: did)
      (bob.issuer, bob.key) = (ServedIndex.bob.did.string, ServedIndex.bob.key)
      for token in [Token(audience: did), Token(audience: did + "#bsky_appview"), bob] {
        let answer = try await index.get(Self.nsid, token.field)
        #expect(answer.status == 200, "\(answer.text)")
        #expect(answer.fields[.atprotoRepoRev] == ServedIndex.rev.string)
      }
      let anonymous = try await index.get(Self.nsid)
      #expect(anonymous.status == 401 && anonymous.error == "AuthMissing")
    }
  }

  @Test func invalidTokensAreRefusedAlsoWhereTheyAreOptional() async throws {
    try await ServedIndex.run(handlers: [Self.route()]) { index in
      #expect(try await index.get(Self.nsid).json["count"] == 0)
      let valid = Token(audience: index.server.did)
      var refused: [(Token, String)] = []
      func refuse(_ error: String, _ change: (inout Token) -> Void) {
        var token = valid
        change(&token)
        refused.append((token, error))
      }
      refuse("BadJwtType") { $0.type = "at+jwt" }
      refuse("BadJwtType") { $0.type = "refresh+jwt" }
      refuse("BadJwtType") { $0.type = "dpop+jwt" }
      refuse("JwtExpired") { $0.expiry = 1_000 }
      refuse("BadJwt") { $0.expiry = nil }
      refuse("BadJwtAudience") { $0.audience = "did:web:other.example.com" }
      refuse("BadJwtLexiconMethod") { $0.method = "app.bsky.feed.getTimeline" }
      refuse("BadJwt") { $0.method = nil }
      refuse("BadJwtIss") { $0.issuer = "alice.example.com" }
      refuse("BadJwtSignature") { $0.key = PrivateKey(generating: .k256) }
      refuse("BadJwtSignature") { $0.key = PrivateKey(generating: .p256) }
      for (token, error) in refused {
        let answer = try await index.get(Self.nsid, token.field)
        #expect(answer.status == 401)
        #expect(answer.error == error, "\(answer.text)")
      }
      for field in ["Bearer nonsense", "Basic YTpi", "Bearer"] {
        let answer = try await index.get(Self.nsid, [.authorization: field])
        #expect(answer.status == 401 && answer.error == "BadJwt", "\(field)")
      }
    }
  }

  @Test func tokenWithNonceIsAcceptedOnceAndNewKeyIsLookedUp() async throws {
    try await ServedIndex.run(handlers: [Self.route()]) { index in
      var token = Token(audience: index.server.did)
      token.nonce = "once"
      let field = token.field
      #expect(try await index.get(Self.nsid, field).status == 200)
      #expect(try await index.get(Self.nsid, field).status == 401)
      // The cached key does not verify the token, so the document is fetched once more.
      let rotated = ServedIndex.Account(
        did: ServedIndex.alice.did,
        handle: ServedIndex.alice.handle,
        key: PrivateKey(generating: .p256)
      )
      try await index.add(rotated)
      var next = Token(audience: index.server.did)
      next.key = rotated.key
      #expect(try await index.get(Self.nsid, next.field).status == 200)
    }
  }

  /// Answers the number of labels on Bob, or 99 if he is redacted.
  private static let labelRoute = IndexRoute.query(Method.self) { request in
    let bob = HydratedSubject(account: ServedIndex.bob.did)
    let labels = try await request.labels.labels(on: [bob])[bob.uri]
    return Method.Output(count: labels?.redactedBy == nil ? labels?.labels.count ?? 0 : 99)
  }

  private static func label(
    _ value: String,
    _ time: String,
    isNegation: Bool? = nil,
    expires: String? = nil
  ) -> ComAtproto.Label.Defs.Label {
    ComAtproto.Label.Defs.Label(
      ver: 1,
      src: FormatString(labeler),
      uri: FormatString(ServedIndex.bob.did.string),
      val: value,
      neg: isNegation,
      cts: FormatString(time),
      exp: expires.map { FormatString($0) }
    )
  }

  @Test func acceptedLabelersDecideWhichLabelsAreShown() async throws {
    try await ServedIndex.run(handlers: [Self.labelRoute]) { configuration in
      configuration.labelers = [Self.labeler]
    } _: { index in
      try await index.labels.apply(
        [
          Self.label("spam", "2026-01-01T00:00:00Z"),
          Self.label("rude", "2026-01-01T00:00:00Z"),
          Self.label("rude", "2026-01-02T00:00:00Z", isNegation: true),
          Self.label("old", "2026-01-01T00:00:00Z", expires: "2026-01-02T00:00:00Z"),
        ],
        from: Self.labeler,
        cursor: 4
      )
      let byDefault = try await index.get(Self.nsid)
      #expect(byDefault.json["count"] == 1, "\(byDefault.text)")
      #expect(byDefault.fields[AcceptedLabelers.responseField] == "\(Self.labeler);redact")
      let none = try await index.get(Self.nsid, [AcceptedLabelers.requestField: ""])
      #expect(none.json["count"] == 0)
      let unknown = try await index.get(
        Self.nsid,
        [AcceptedLabelers.requestField: "did:web:other.example.com, \(Self.labeler)"]
      )
      #expect(unknown.json["count"] == 1)
      #expect(unknown.fields[AcceptedLabelers.responseField] == Self.labeler.string)
      let malformed = try await index.get(
        Self.nsid,
        [AcceptedLabelers.requestField: "not a did"]
      )
      #expect(malformed.status == 400 && malformed.error == "InvalidRequest")
      // `!takedown` removes only for labelers that may redact.
      try await index.labels.apply(
        [Self.label("!takedown", "2026-01-03T00:00:00Z")],
        from: Self.labeler,
        cursor: 5
      )
      #expect(try await index.get(Self.nsid).json["count"] == 99)
      let plain = try await index.get(
        Self.nsid,
        [AcceptedLabelers.requestField: Self.labeler.string]
      )
      #expect(plain.json["count"] == 2)
    }
  }

  @Test func handlerWhoseCollectionsAreNotIndexedIsNotServed() async throws {
    let route = IndexRoute.query(
      Method.self,
      requiredCollections: ["com.example.other"]
    ) { _ in Method.Output(count: 0) }
    try await ServedIndex.run(handlers: [route]) { index in
      let answer = try await index.get(Self.nsid)
      #expect(answer.status == 501 && answer.error == "MethodNotImplemented")
    }
  }
}
