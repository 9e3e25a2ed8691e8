import ATProtoAuth
import ATProtoCrypto
import ATProtoData
import ATProtoIdentity
import ATProtoSyntax
import HTTPTypes
import Synchronization
import Testing
import XRPC
import XRPCServer

/// XRPC specification, "Inter-Service Authentication (JWT)".
@Suite struct ServiceAuthenticationTests {
  static let now = 1_800_000_000
  static let alice = DID("did:plc:ewvi7nxzyoun6zhxrhs64oiz")
  static let service = "did:web:labeler.example.com#atproto_labeler"
  static let method = NSID("com.atproto.moderation.createReport")
  static let k256 = PrivateKey(generating: .k256)
  static let p256 = PrivateKey(generating: .p256)

  /// Finds keys by name; returns the fresh one only for a fresh lookup.
  final class Keys: Sendable {
    let stale: [String: PublicKey]
    let fresh: [String: PublicKey]
    let asked = Mutex<[Bool]>([])

    init(_ stale: [String: PublicKey], fresh: [String: PublicKey]? = nil) {
      self.stale = stale
      self.fresh = fresh ?? stale
    }

    func find(_ did: DID, _ name: String, _ isFresh: Bool) throws(IdentityError) -> PublicKey {
      asked.withLock { $0.append(isFresh) }
      guard did == ServiceAuthenticationTests.alice, let key = (isFresh ? fresh : stale)[name]
      else { throw IdentityError(.notFound, "no such key") }
      return key
    }
  }

  static func services(
    _ keys: Keys,
    audiences: Set<String> = [service],
    keyIDs: Set<String> = ["#atproto"],
    at seconds: Int = now
  ) -> ServiceAuthentication {
    ServiceAuthentication(audiences: audiences, keyIDs: keyIDs, now: { seconds }) {
      (did, name, isFresh) async throws(IdentityError) in
      try keys.find(did, name, isFresh)
    }
  }

  static func token() -> ServiceToken {
    ServiceToken(issuer: alice, audience: service, method: method, at: now)
  }

  private func caller(
    _ token: String,
    _ services: ServiceAuthentication
  ) async throws -> ServiceCaller {
    let context = XRPCContext(
      nsid: Self.method.string,
      headers: [.authorization: "Bearer \(token)"]
    )
    return try await context.authenticated(by: services)
  }

  private func refusal(
    _ token: String,
    _ services: ServiceAuthentication
  ) async throws -> XRPCServerError? {
    do {
      _ = try await caller(token, services)
      return nil
    } catch let error as XRPCServerError {
      return error
    }
  }

  @Test(arguments: [k256, p256])
  func validTokensAreAccepted(_ key: PrivateKey) async throws {
    let services = Self.services(Keys(["atproto": key.publicKey]))
    let caller = try await caller(Self.token().signed(with: key), services)
    #expect(caller.did == Self.alice)
    #expect(caller.keyID == "#atproto")
    #expect(caller.service == nil)
    #expect(caller.audience == Self.service)
  }

  struct Change: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var error: String
    var apply: @Sendable (inout ServiceToken) -> Void
  }

  @Test(
    arguments: [
      Change(testDescription: "bare DID", error: "BadJwtAudience") {
        $0.audience = "did:web:labeler.example.com"
      },
      Change(testDescription: "wrong service", error: "BadJwtAudience") {
        $0.audience = "did:web:labeler.example.com#bsky_appview"
      },
      Change(testDescription: "wrong DID", error: "BadJwtAudience") {
        $0.audience = "did:web:other.example.com#atproto_labeler"
      },
      Change(testDescription: "expired", error: "JwtExpired") { $0.expiresAt = now - 6 },
      Change(testDescription: "long-lived", error: "JwtExpired") { $0.expiresAt = now + 90_000 },
      Change(testDescription: "issued in the future", error: "BadJwt") { $0.issuedAt = now + 60 },
      Change(testDescription: "wrong method", error: "BadJwtLexiconMethod") {
        $0.method = NSID("com.atproto.server.createAccount")
      },
      Change(testDescription: "no nonce", error: "BadJwt") { $0.nonce = "" },
      Change(testDescription: "wrong key of the issuer", error: "BadJwtIss") {
        $0.keyID = "#atproto_label"
      },
      Change(testDescription: "unknown issuer", error: "BadJwtIss") {
        $0.issuer = DID("did:plc:aaaaaaaaaaaaaaaaaaaaaaaa")
      },
    ]
  )
  func invalidTokensAreRefused(_ change: Change) async throws {
    let services = Self.services(
      Keys(["atproto": Self.k256.publicKey, "atproto_label": Self.k256.publicKey])
    )
    var token = Self.token()
    change.apply(&token)
    let error = try #require(try await refusal(token.signed(with: Self.k256), services))
    #expect(error.status == .unauthorized)
    #expect(error.name == change.error)
    #expect(error.headers[.wwwAuthenticate] == "Bearer error=\"invalid_token\"")
    // The original token is valid, so it is the change that is rejected.
    _ = try await caller(Self.token().signed(with: Self.k256), services)
  }

  /// Tokens that ``ServiceToken`` does not create.
  @Test(
    arguments: [
      ("JWT", alice.string, nil, nil, "BadJwt"),
      ("at+jwt", alice.string, nil, now, "BadJwtType"),
      ("refresh+jwt", alice.string, nil, now, "BadJwtType"),
      ("JWT", "alice.example", nil, now, "BadJwtIss"),
      ("JWT", "\(alice)#atproto_labeler", "#atproto", now, "BadJwtIss"),
      ("JWT", "\(alice)#atproto_labeler", nil, now, "BadJwtIss"),
    ] as [(String, String, String?, Int?, String)]
  )
  func malformedTokensAreRefused(
    _ type: String,
    _ issuer: String,
    _ keyID: String?,
    _ issuedAt: Int?,
    _ error: String
  ) async throws {
    let claims = JWTClaims(
      issuer: issuer,
      audience: Self.service,
      expiresAt: Self.now + 60,
      issuedAt: issuedAt,
      identifier: "n",
      method: Self.method.string
    )
    let token = JWT.sign(claims, type: type, keyID: keyID, with: .private(Self.k256))
    let services = Self.services(Keys(["atproto": Self.k256.publicKey]))
    #expect(try await refusal(token, services)?.name == error)
  }

  @Test func legacyIssuersAreAccepted() async throws {
    let claims = JWTClaims(
      issuer: "\(Self.alice)#atproto_labeler",
      audience: Self.service,
      expiresAt: Self.now + 60,
      issuedAt: Self.now,
      identifier: "n",
      method: Self.method.string
    )
    let token = JWT.sign(claims, type: "JWT", with: .private(Self.p256))
    let services = Self.services(
      Keys(["atproto": Self.k256.publicKey, "atproto_label": Self.p256.publicKey]),
      keyIDs: ["#atproto", "#atproto_label"]
    )
    let caller = try await caller(token, services)
    #expect(caller.keyID == "#atproto_label")
    #expect(caller.service == "#atproto_labeler")
  }

  @Test func algorithmConfusionIsRefused() async throws {
    let keys = Keys(["atproto": Self.k256.publicKey])
    let services = Self.services(keys)
    let token = Self.token().signed(with: Self.p256)
    #expect(try await refusal(token, services)?.name == "BadJwtSignature")
    let claims = JWTClaims(
      issuer: Self.alice.string,
      audience: Self.service,
      expiresAt: Self.now + 60,
      issuedAt: Self.now,
      identifier: "n",
      method: Self.method.string
    )
    // The public key used as a shared secret.
    let secret = try SymmetricKey(Self.k256.publicKey.compressed)
    let shared = JWT.sign(claims, type: "JWT", with: .shared(secret))
    #expect(try await refusal(shared, services)?.name == "BadJwtSignature")
    // {"alg":"none","typ":"JWT"}
    let parts = shared.split(separator: ".")
    let none = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.\(parts[1])."
    #expect(try await refusal(none, services)?.status == .unauthorized)
  }

  @Test func replayedTokenIsRefused() async throws {
    let services = Self.services(Keys(["atproto": Self.k256.publicKey]))
    let token = Self.token().signed(with: Self.k256)
    _ = try await caller(token, services)
    #expect(try await refusal(token, services)?.name == "BadJwt")
    _ = try await caller(Self.token().signed(with: Self.k256), services)
  }

  @Test func rotatedKeyIsLookedUpAgain() async throws {
    let keys = Keys(["atproto": Self.k256.publicKey], fresh: ["atproto": Self.p256.publicKey])
    let services = Self.services(keys)
    _ = try await caller(Self.token().signed(with: Self.p256), services)
    #expect(keys.asked.withLock { $0 } == [false, true])
    // Within half a minute, a wrong signature causes no new lookup.
    let other = PrivateKey(generating: .k256)
    let token = Self.token().signed(with: other)
    #expect(try await refusal(token, services)?.name == "BadJwtSignature")
    #expect(keys.asked.withLock { $0 } == [false, true, false])
  }

  @Test func uselessTokenCausesNoLookup() async throws {
    let keys = Keys(["atproto": Self.k256.publicKey])
    var token = Self.token()
    token.audience = "did:web:other.example.com"
    #expect(
      try await refusal(token.signed(with: Self.k256), Self.services(keys))?.name
        == "BadJwtAudience"
    )
    #expect(keys.asked.withLock { $0 }.isEmpty)
  }

  @Test func unreachableDirectoryIsA502AndWrongKeyA401() async throws {
    let services = ServiceAuthentication(audiences: [Self.service], now: { Self.now }) {
      (_, _, _) async throws(IdentityError) in throw IdentityError(.timedOut, "")
    }
    let error = try await refusal(Self.token().signed(with: Self.k256), services)
    #expect(error?.status == .badGateway)
  }

  @Test func keysAreFoundInTheIdentityDirectory() async throws {
    let document = try DIDDocument(
      DataValue(
        json: """
          {"id": "\(Self.alice)", "verificationMethod": [{
            "id": "\(Self.alice)#atproto", "type": "Multikey", "controller": "\(Self.alice)",
            "publicKeyMultibase": "\(Self.p256.publicKey.multikey)"}]}
          """
      )
    )
    let directory = MemoryIdentityDirectory([Identity(document: document, handle: .invalid)])
    let services = ServiceAuthentication(audiences: [Self.service], directory: directory)
    let token = ServiceToken(issuer: Self.alice, audience: Self.service, method: Self.method)
    #expect(try await caller(token.signed(with: Self.p256), services).did == Self.alice)
    let other = ServiceToken(issuer: Self.alice, audience: Self.service, method: Self.method)
    let error = try await refusal(other.signed(with: Self.k256), services)
    #expect(error?.name == "BadJwtSignature")
    #expect(directory.purged == [Self.alice])
  }

  @Test func sessionTokensAreNotRecognized() throws {
    let services = Self.services(Keys([:]))
    let session = JWT.sign(
      JWTClaims(subject: Self.alice.string, expiresAt: Self.now),
      type: JWTPolicy.accessType,
      with: .shared(SymmetricKey())
    )
    #expect(!services.recognizes(.bearer(session)))
    #expect(services.recognizes(.bearer(Self.token().signed(with: Self.k256))))
    #expect(!services.recognizes(.basic(user: "admin", password: "")))
  }
}
