import ATProtoAuth
import ATProtoCrypto
import ATProtoData
import ATProtoHTTP
import ATProtoSyntax
import ComAtprotoAPI
import HTTPTypes
import Logging
import Testing
import XRPC

@testable import PDS

/// Access tokens of OAuth sessions at the methods of the server (RFC 9449, 7).
@Suite struct OAuthAccessTests {
  private static let getSession = "com.atproto.server.getSession"

  /// Expects a 401 as RFC 9449, 7.1 and 9 describe it.
  private func expectRefusal(
    _ answer: HTTPTransportResponse,
    _ error: String,
    _ location: SourceLocation = #_sourceLocation
  ) {
    #expect(answer.refusal == "401 \(error)", sourceLocation: location)
    let fields = answer.head.headerFields
    let challenge = fields[.wwwAuthenticate] ?? ""
    #expect(
      challenge.hasPrefix("DPoP error=\"\(error)\", error_description=\""),
      sourceLocation: location
    )
    #expect(challenge.hasSuffix("\", algs=\"ES256 ES256K\""), sourceLocation: location)
    #expect(fields[.dpopNonce]?.isEmpty == false, sourceLocation: location)
    #expect(answer.message?.isEmpty == false, sourceLocation: location)
  }

  @Test(arguments: ["DPoP", "dpop", "DPOP"])
  func accountIsRecognizedByTokenAndProof(_ scheme: String) async throws {
    let session = try await TestServer().signUp().oauth()
    let answer = try await session.call(
      Self.getSession,
      fields: [.authorization: "\(scheme) \(session.token)"]
    )
    #expect(answer.head.status == .ok)
    #expect(try DataValue(json: answer.body)["did"]?.string == session.account.did.string)
    let fields = answer.head.headerFields
    #expect(fields[.dpopNonce]?.isEmpty == false)
    #expect(fields[.cacheControl] == "private" && fields[.vary] == "Authorization")
  }

  @Test func recordIsWrittenWithAToken() async throws {
    let session = try await TestServer().signUp().oauth()
    #expect(try await session.create().head.status == .ok)
    #expect(try await session.account.verifiedExport().records.count == 1)
  }

  struct Fault: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var error: String
    var change: @Sendable (inout TestProof) -> Void

    init(
      _ description: String,
      _ error: String = "invalid_dpop_proof",
      _ change: @escaping @Sendable (inout TestProof) -> Void
    ) {
      testDescription = description
      self.error = error
      self.change = change
    }
  }

  @Test(arguments: [
    Fault("no nonce", "use_dpop_nonce") { $0.claims["nonce"] = nil },
    Fault("a nonce of someone else", "use_dpop_nonce") { $0.claims["nonce"] = "AAAAAAAAAAAA" },
    Fault("another method") { $0.claims["htm"] = "POST" },
    Fault("the method in lower case") { $0.claims["htm"] = "get" },
    Fault("another path") { $0.claims["htu"] = "http://localhost:2583/xrpc/com.atproto.x.y" },
    Fault("another host") {
      $0.claims["htu"] = "http://evil.example/xrpc/com.atproto.server.getSession"
    },
    Fault("another scheme") {
      $0.claims["htu"] = "https://localhost:2583/xrpc/com.atproto.server.getSession"
    },
    Fault("no URL") { $0.claims["htu"] = nil },
    Fault("no hash of the token") { $0.claims["ath"] = nil },
    Fault("the hash of another token") { $0.claims["ath"] = .string(TestProof.hash(of: "other")) },
    Fault("no identifier") { $0.claims["jti"] = nil },
    Fault("no time") { $0.claims["iat"] = nil },
    Fault("another type") { $0.header["typ"] = "JWT" },
    Fault("no signature algorithm") { $0.header["alg"] = "none" },
    Fault("no key") { $0.header["jwk"] = nil },
    Fault("a key that did not sign") {
      let other = PrivateKey(generating: .p256)
      $0.header["jwk"] = try? DataValue(json: Array(JWK(other.publicKey).json.utf8))
    },
  ])
  func invalidProofIsRefused(_ fault: Fault) async throws {
    let session = try await TestServer().signUp().oauth()
    expectRefusal(try await session.call(Self.getSession, proof: fault.change), fault.error)
  }

  @Test func missingAndRepeatedProofsAreRefused() async throws {
    let session = try await TestServer().signUp().oauth()
    let without = try await session.server.call(
      Self.getSession,
      fields: [.authorization: "DPoP \(session.token)"]
    )
    expectRefusal(without, "invalid_dpop_proof")
    var twice = try session.fields(Self.getSession)
    twice.append(HTTPField(name: .dpop, value: try #require(twice[.dpop])))
    expectRefusal(
      try await session.server.call(Self.getSession, fields: twice),
      "invalid_dpop_proof"
    )
    for value in ["", "x", "a.b.c", String(repeating: "a", count: 20_000)] {
      let answer = try await session.call(Self.getSession, fields: [.dpop: value])
      expectRefusal(answer, "invalid_dpop_proof")
    }
  }

  @Test func proofWorksOnce() async throws {
    let session = try await TestServer().signUp().oauth()
    let fields = try session.fields(Self.getSession)
    #expect(try await session.server.call(Self.getSession, fields: fields).head.status == .ok)
    expectRefusal(
      try await session.server.call(Self.getSession, fields: fields),
      "invalid_dpop_proof"
    )
  }

  /// RFC 9449, 4.3: `htu` is compared "ignoring any query and fragment parts".
  @Test func queryIsNoPartOfTheURL() async throws {
    let session = try await TestServer().signUp().oauth()
    let call = "com.atproto.repo.listMissingBlobs?limit=3"
    #expect(try await session.call(call).head.status == .ok)
    let answer = try await session.call(call) { proof in
      let url = proof.claims["htu"]?.string ?? ""
      proof.claims["htu"] = .string("\(url)?limit=7#x")
    }
    #expect(answer.head.status == .ok)
  }

  @Test func tokenIsBoundToItsKey() async throws {
    let account = try await TestServer().signUp()
    let (session, other) = (try await account.oauth(), try await account.oauth())
    let stolen = TestOAuthSession(
      account: account,
      id: session.id,
      token: session.token,
      key: other.key
    )
    expectRefusal(try await stolen.call(Self.getSession), "invalid_token")
    #expect(try await session.call(Self.getSession).head.status == .ok)
  }

  /// RFC 9449, 7.2.
  @Test func tokenOfOneKindIsRefusedWithTheSchemeOfTheOther() async throws {
    let session = try await TestServer().signUp().oauth()
    let bearer = try await session.server.call(Self.getSession, token: session.token)
    #expect(bearer.refusal == "401 invalid_token")
    let challenge = bearer.head.headerFields[.wwwAuthenticate] ?? ""
    #expect(challenge.hasPrefix("DPoP error=\"invalid_token\""))
    let withProof = try await session.call(
      Self.getSession,
      fields: [.authorization: "Bearer \(session.token)"]
    )
    #expect(withProof.refusal == "401 invalid_token")
    let output = session.account.output
    for token in [output.accessJwt, output.refreshJwt, "unknown"] {
      let asDPoP = TestOAuthSession(
        account: session.account,
        id: session.id,
        token: token,
        key: session.key
      )
      expectRefusal(try await asDPoP.call(Self.getSession), "invalid_token")
    }
  }

  @Test func refreshTokensOfPasswordSessionsStayBearerTokens() async throws {
    let session = try await TestServer().signUp().oauth()
    for call in ["refreshSession", "deleteSession"] {
      let answer = try await session.call("com.atproto.server.\(call)", .post)
      #expect(answer.refusal == "401 AuthMissing")
    }
  }

  @Test func callWithoutCredentialsIsChallengedForBothSchemes() async throws {
    let answer = try await TestServer().call(Self.getSession)
    #expect(answer.refusal == "401 AuthMissing")
    #expect(answer.head.headerFields[.wwwAuthenticate] == #"Bearer, DPoP algs="ES256 ES256K""#)
    #expect(answer.head.headerFields[.dpopNonce] == nil)
  }

  @Test func expiredTokenIsRefused() async throws {
    let account = try await TestServer().signUp()
    let now = currentSeconds()
    let expired = try await account.oauth { $0.accessExpiresAt = now }
    expectRefusal(try await expired.call(Self.getSession), "invalid_token")
    let ended = try await account.oauth { $0.expiresAt = now }
    expectRefusal(try await ended.call(Self.getSession), "invalid_token")
  }

  /// https://github.com/bluesky-social/atproto/issues/4278
  @Test func tokenOfAnEndedSessionIsRefused() async throws {
    let session = try await TestServer().signUp().oauth()
    #expect(try await session.create().head.status == .ok)
    let id = session.id
    try await session.server.store.write { transaction in try transaction.oauth.endSession(id) }
    expectRefusal(try await session.create(), "invalid_token")
    #expect(try await session.account.verifiedExport().records.count == 1)
  }

  @Test func tokenWithoutTheScopeAtprotoIsRefused() async throws {
    let session = try await TestServer().signUp().oauth("transition:generic")
    expectRefusal(try await session.call(Self.getSession), "invalid_token")
  }

  @Test func statusOfTheAccountIsChecked() async throws {
    let session = try await TestServer().signUp().oauth()
    try await session.account.set(.deactivated)
    #expect(try await session.call(Self.getSession).head.status == .ok)
    let write = try await session.create()
    #expect(write.refusal == "401 AccountDeactivated")
    let challenge = write.head.headerFields[.wwwAuthenticate] ?? ""
    #expect(challenge.hasPrefix("DPoP error=\"invalid_token\""))
    try await session.account.set(.deactivated, false)
    #expect(try await session.create().head.status == .ok)
    try await session.account.set(.takendown)
    #expect(try await session.call(Self.getSession).refusal == "401 AccountTakedown")
  }

  /// https://github.com/bluesky-social/pds/issues/163
  @Test func proofNamesThePublicURL() async throws {
    let server = try TestServer { configuration in
      configuration.isDevelopment = false
      configuration.hostname = "pds.example.com"
      configuration.isInviteRequired = false
      configuration.handleDomains = [".test"]
    }
    let session = try await server.signUp().oauth()
    let url = "https://pds.example.com/xrpc/\(Self.getSession)"
    #expect(try session.proof(Self.getSession).claims["htu"]?.string == url)
    #expect(try await session.call(Self.getSession).head.status == .ok)
    let socket = try await session.call(Self.getSession) {
      $0.claims["htu"] = .string("http://pds.test/xrpc/\(Self.getSession)")
    }
    expectRefusal(socket, "invalid_dpop_proof")
  }

  /// RFC 9449, 8.2: also where the token is not looked at.
  @Test(
    arguments: [
      ("com.atproto.server.describeServer", .get, 200),
      ("com.atproto.repo.listMissingBlobs?limit=x", .get, 400),
      ("com.example.unknown", .get, 501),
      ("com.atproto.server.getSession", .post, 405),
      ("com.atproto.admin.getAccountInfo?did=did:web:a.example.com", .get, 401),
    ] as [(String, HTTPRequest.Method, Int)]
  )
  func everyAnswerHasTheNonce(_ call: String, _ verb: HTTPRequest.Method, _ status: Int)
    async throws
  {
    let session = try await TestServer().signUp().oauth()
    let answer = try await session.call(call, verb)
    #expect(answer.head.status.code == status)
    #expect(answer.head.headerFields[.dpopNonce]?.isEmpty == false)
    let anonymous = try await session.server.call(call, verb)
    #expect(anonymous.head.headerFields[.dpopNonce] == nil)
  }

  /// A browser must be able to read what it needs (Fetch standard, 3.2).
  @Test func pagesOfOtherOriginsCanReadTheNonce() async throws {
    let session = try await TestServer().signUp().oauth()
    try await session.server.overSocket { url in
      let target = try #require(HTTPURL("\(url)/xrpc/\(Self.getSession)"))
      let transport = TestNetwork(allowsPrivateAddresses: true)
      var fields = try session.fields(Self.getSession)
      fields[.origin] = "https://app.example.com"
      for status in [HTTPResponse.Status.ok, .unauthorized] {
        let answer = try await transport.send(
          target.request(.get, fields),
          body: nil,
          options: TransportOptions()
        )
        #expect(answer.head.status == status)
        let seen = answer.head.headerFields
        #expect(seen[.dpopNonce]?.isEmpty == false)
        #expect(seen[.accessControlAllowOrigin] == "*")
        #expect(seen[.accessControlExposeHeaders] == "*, DPoP-Nonce, WWW-Authenticate")
      }
      var preflight = try #require(HTTPURL("\(url)/xrpc/\(Self.getSession)")).request(.options)
      preflight.headerFields = [
        .origin: "https://app.example.com", .accessControlRequestMethod: "GET",
        .accessControlRequestHeaders: "authorization,dpop",
      ]
      let allowed = try await transport.send(preflight, body: nil, options: TransportOptions())
      #expect(allowed.head.headerFields[.accessControlAllowHeaders] == "authorization,dpop")
    }
  }

  @Test func logContainsNeitherTokensNorProofs() async throws {
    let log = MemoryLog()
    let logger = Logger(label: "pds") { _ in log.handler }
    let session = try await TestServer(logger: logger).signUp().oauth("atproto")
    let fields = try await session.server.overSocket(logger) { url in
      let fields = try session.fields(Self.getSession)
      for call in [Self.getSession, Self.getSession, "com.atproto.server.listAppPasswords"] {
        _ = try await TestNetwork(allowsPrivateAddresses: true).send(
          try #require(HTTPURL("\(url)/xrpc/\(call)")).request(.get, fields),
          body: nil,
          options: TransportOptions()
        )
      }
      return fields
    }
    #expect(log.text.contains(Self.getSession))
    #expect(!log.text.contains(session.token))
    #expect(!log.text.contains(try #require(fields[.dpop])) && !log.text.contains("eyJ"))
  }
}
