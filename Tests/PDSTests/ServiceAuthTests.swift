import ATProtoAuth
import ATProtoIdentity
import ATProtoSyntax
import ComAtprotoAPI
import HTTPTypes
import PDS
import Testing
import XRPC
import XRPCClient
import XRPCServer

@Suite struct ServiceAuthTests {
  private static let service = "did:web:video.example.com#video"
  private static let method = "com.atproto.repo.uploadBlob"

  private func token(
    _ account: TestAccount,
    aud: String = Self.service,
    seconds: Int? = nil,
    lxm: String? = Self.method
  ) async throws -> String {
    try await account.client.comAtproto.server.getServiceAuth(
      ComAtproto.Server.GetServiceAuth.Parameters(
        aud: aud,
        exp: seconds.map { Int(Datetime.Instant.now.seconds) + $0 },
        lxm: lxm.map { FormatString($0) }
      )
    ).token
  }

  @Test func tokenIsAcceptedByAnotherService() async throws {
    let account = try await TestServer().signUp()
    let key = try account.signingKey()
    let receiver = ServiceAuthentication(audiences: [Self.service]) {
      (_, _, _) async throws(IdentityError) in key
    }
    let first = try await token(account)
    let context = XRPCContext(nsid: Self.method, headers: [.authorization: "Bearer \(first)"])
    let caller = try await context.authenticated(by: receiver)
    #expect(caller.did.string == account.did.string && caller.audience == Self.service)
    let second = try await token(account)
    #expect(try JWT(first).unverifiedClaims.identifier != JWT(second).unverifiedClaims.identifier)
  }

  @Test(arguments: [(nil, 60), (30, 30), (3_590, 3_590)] as [(Int?, Int)])
  func tokenExpiresAsRequested(_ seconds: Int?, _ lifetime: Int) async throws {
    let claims = try JWT(await token(TestServer().signUp(), seconds: seconds)).unverifiedClaims
    let (from, to) = (try #require(claims.issuedAt), try #require(claims.expiresAt))
    // The requested value is a point in time, and the token is issued a little later.
    #expect(seconds == nil ? to - from == lifetime : (1...lifetime).contains(to - from))
    #expect(claims.method == Self.method)
  }

  @Test func tokenWithoutMethodLastsAMinute() async throws {
    let account = try await TestServer().signUp()
    let claims = try JWT(await token(account, seconds: 50, lxm: nil)).unverifiedClaims
    #expect(claims.method == nil)
    #expect(
      await refusal { try await token(account, seconds: 90, lxm: nil) } == "400 BadExpiration"
    )
  }

  @Test(arguments: [-10, 0, 3_700, 1 << 40])
  func invalidExpirationIsRejected(_ seconds: Int) async throws {
    let account = try await TestServer().signUp()
    #expect(await refusal { try await token(account, seconds: seconds) } == "400 BadExpiration")
  }

  @Test(
    arguments: [
      "did:web:a.example#", "did:web:a.example#a#b", "did:web:a.example#a b", "did:key:z6Mk",
      "https://a.example", "#atproto_pds", "",
    ]
  )
  func invalidAudienceIsRejected(_ audience: String) async throws {
    let account = try await TestServer().signUp()
    #expect(await refusal { try await token(account, aud: audience) } == "400 InvalidRequest")
  }

  @Test(
    arguments: [
      "com.atproto.server.createAppPassword", "com.atproto.server.getSession",
      "com.atproto.identity.signPlcOperation", "com.atproto.identity.updateHandle",
      "COM.atproto.server.updateEmail", "com.atproto.server.UPDATEEMAIL",
    ]
  )
  func protectedMethodIsRejected(_ method: String) async throws {
    let account = try await TestServer().signUp()
    #expect(await refusal { try await token(account, lxm: method) } == "400 InvalidRequest")
  }

  @Test(arguments: [(false, "400 InvalidRequest"), (true, nil)] as [(Bool, String?)])
  func privilegedMethodRequiresAPrivilegedAppPassword(_ isPrivileged: Bool, _ refused: String?)
    async throws
  {
    let account = try await TestServer().signUp()
    let app = try await account.appToken(isPrivileged: isPrivileged)
    for method in ["chat.bsky.convo.getLog", "com.atproto.server.createAccount", Self.method] {
      let answer = try await account.server.call(
        "com.atproto.server.getServiceAuth?aud=did:web:a.example.com&lxm=\(method)",
        token: app
      )
      #expect(answer.refusal == (method == Self.method ? nil : refused), "\(method)")
    }
  }

  @Test func takenDownAccountGetsATokenForMigrationOnly() async throws {
    let account = try await TestServer().signUp()
    let token = try await account.takendownToken()
    for (method, refused) in [
      ("&lxm=com.atproto.server.createAccount", nil), ("&lxm=\(Self.method)", "400 InvalidToken"),
      ("", "400 InvalidToken"),
    ] as [(String, String?)] {
      let answer = try await account.server.call(
        "com.atproto.server.getServiceAuth?aud=did:web:a.example.com\(method)",
        token: token
      )
      #expect(answer.refusal == refused)
    }
  }

  @Test func anonymousRequestIsRejected() async throws {
    let server = try TestServer()
    let refused = await refusal {
      try await server.client.comAtproto.server.getServiceAuth(
        ComAtproto.Server.GetServiceAuth.Parameters(aud: Self.service)
      )
    }
    #expect(refused == "401 AuthMissing")
  }
}
