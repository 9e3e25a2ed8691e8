import ATProtoAuth
import ATProtoCrypto
import ATProtoSyntax
import Testing

@Suite struct JWTTests {
  static let now = 1_700_000_000
  static let shared = SymmetricKey()
  static let k256 = PrivateKey(generating: .k256)
  static let p256 = PrivateKey(generating: .p256)
  static let audience = "did:web:pds.example"

  static let session = JWTClaims(
    subject: "did:plc:ewvi7nxzyoun6zhxrhs64oiz",
    audience: audience,
    expiresAt: now + 60,
    issuedAt: now,
    identifier: "n1",
    scope: "com.atproto.access"
  )
  static let service = JWTClaims(
    issuer: "did:plc:ewvi7nxzyoun6zhxrhs64oiz",
    audience: "did:web:api.example#bsky_appview",
    expiresAt: now + 60,
    issuedAt: now,
    identifier: "n2",
    method: "app.bsky.feed.getTimeline"
  )
  static let servicePolicy = JWTPolicy.service(
    audiences: ["did:web:api.example#bsky_appview"],
    method: "app.bsky.feed.getTimeline"
  )

  @Test("the example of RFC 7515, A.1 is parsed, and its signature is valid")
  func exampleOfTheRFC() throws {
    let secret = try #require(
      Base64.url.decode(
        "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"
      )
    )
    let token = try JWT(
      "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9"
        + ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
        + ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    )
    #expect(token.algorithm == .hs256)
    #expect(token.type == "JWT")
    #expect(token.unverifiedClaims == JWTClaims(issuer: "joe", expiresAt: 1_300_819_380))
    let policy = JWTPolicy(algorithms: [.hs256], types: ["JWT"], audiences: [Self.audience])
    // The signature is valid, but the token has no audience.
    #expect(throws: JWTError(.wrongAudience, "")) {
      try token.claims(
        verifiedWith: .shared(SymmetricKey(secret)),
        policy: policy,
        at: 1_300_819_379
      )
    }
    #expect(throws: JWTError(.expired, "")) {
      try token.claims(
        verifiedWith: .shared(SymmetricKey(secret)),
        policy: policy,
        at: 1_300_819_385
      )
    }
  }

  @Test("a session token is accepted only under its own policy and key")
  func sessionTokens() throws {
    let text = JWT.sign(Self.session, type: JWTPolicy.accessType, with: .shared(Self.shared))
    let token = try JWT(text)
    let policy = JWTPolicy.access(audience: Self.audience)
    let claims = try token.claims(
      verifiedWith: .shared(Self.shared),
      policy: policy,
      at: Self.now
    )
    #expect(claims == Self.session)
    // An access token is not a refresh token.
    #expect(throws: JWTError(.wrongType, "")) {
      try token.claims(
        verifiedWith: .shared(Self.shared),
        policy: .refresh(audience: Self.audience),
        at: Self.now
      )
    }
    #expect(throws: JWTError(.badSignature, "")) {
      try token.claims(verifiedWith: .shared(SymmetricKey()), policy: policy, at: Self.now)
    }
  }

  @Test("a service token is accepted only with the key that signed it", arguments: [k256, p256])
  func serviceTokens(key: PrivateKey) throws {
    let text = JWT.sign(
      Self.service,
      type: JWTPolicy.serviceType,
      keyID: "#atproto",
      with: .private(key)
    )
    let token = try JWT(text)
    #expect(token.keyID == "#atproto")
    #expect(token.algorithm == (key.curve == .k256 ? .es256k : .es256))
    let claims = try token.claims(
      verifiedWith: .public(key.publicKey),
      policy: Self.servicePolicy,
      at: Self.now
    )
    #expect(claims == Self.service)
    // The key determines the algorithm.
    for other in [Self.k256, Self.p256] where other.curve != key.curve {
      #expect(throws: JWTError(.algorithmNotAllowed, "")) {
        try token.claims(
          verifiedWith: .public(other.publicKey),
          policy: Self.servicePolicy,
          at: Self.now
        )
      }
    }
  }

  @Test("a token signed with a public key as the shared secret is rejected")
  func publicKeyAsSharedSecret() throws {
    let secret = try SymmetricKey(Self.k256.publicKey.compressed)
    let token = try JWT(
      JWT.sign(Self.service, type: JWTPolicy.serviceType, with: .shared(secret))
    )
    #expect(throws: JWTError(.algorithmNotAllowed, "")) {
      try token.claims(
        verifiedWith: .public(Self.k256.publicKey),
        policy: Self.servicePolicy,
        at: Self.now
      )
    }
  }

  static func changed(_ change: (inout JWTClaims) -> Void) -> JWTClaims {
    var claims = service
    change(&claims)
    return claims
  }

  @Test(
    "a service token that fails a requirement is rejected",
    arguments: [
      (JWTError.Code.missingClaim, changed { $0.expiresAt = nil }),
      (.missingClaim, changed { $0.method = nil }),
      (.missingClaim, changed { $0.identifier = nil }),
      (.missingClaim, changed { $0.identifier = "" }),
      (.expired, changed { $0.expiresAt = now - 5 }),
      (.expired, changed { $0.expiresAt = .min }),
      (.expired, changed { $0.expiresAt = now + 4000 }),
      (.expired, changed { $0.expiresAt = .max }),
      (.notYetValid, changed { $0.notBefore = now + 6 }),
      (.notYetValid, changed { $0.issuedAt = .max }),
      (.wrongAudience, changed { $0.audience = nil }),
      (.wrongAudience, changed { $0.audience = "did:web:api.example" }),
      (.wrongAudience, changed { $0.audience = "did:web:api.example#atproto_labeler" }),
      (.wrongMethod, changed { $0.method = "app.bsky.feed.getPosts" }),
    ]
  )
  func rejectsServiceToken(code: JWTError.Code, claims: JWTClaims) throws {
    let token = try JWT(
      JWT.sign(claims, type: JWTPolicy.serviceType, with: .private(Self.k256))
    )
    #expect(throws: JWTError(code, "")) {
      try token.claims(
        verifiedWith: .public(Self.k256.publicKey),
        policy: Self.servicePolicy,
        at: Self.now
      )
    }
  }

  @Test("clocks may differ by up to the leeway")
  func leeway() throws {
    var claims = Self.service
    claims.issuedAt = Self.now + 5
    claims.expiresAt = Self.now - 4
    let token = try JWT(
      JWT.sign(claims, type: JWTPolicy.serviceType, with: .private(Self.k256))
    )
    #expect(throws: Never.self) {
      try token.claims(
        verifiedWith: .public(Self.k256.publicKey),
        policy: Self.servicePolicy,
        at: Self.now
      )
    }
  }

  @Test("a session token from another issuer, or for a method, is rejected")
  func issuerAndMethodOfSessions() throws {
    var policy = JWTPolicy.access(audience: Self.audience)
    policy.issuer = "did:web:pds.example"
    let token = try JWT(
      JWT.sign(Self.session, type: JWTPolicy.accessType, with: .shared(Self.shared))
    )
    #expect(throws: JWTError(.wrongIssuer, "")) {
      try token.claims(verifiedWith: .shared(Self.shared), policy: policy, at: Self.now)
    }
    var claims = Self.session
    claims.method = "com.atproto.repo.createRecord"
    let bound = try JWT(
      JWT.sign(claims, type: JWTPolicy.accessType, with: .shared(Self.shared))
    )
    #expect(throws: JWTError(.wrongMethod, "")) {
      try bound.claims(
        verifiedWith: .shared(Self.shared),
        policy: .access(audience: Self.audience),
        at: Self.now
      )
    }
  }

  @Test("a change to any byte of a token is detected")
  func everyChangedByte() throws {
    let text = JWT.sign(Self.service, type: JWTPolicy.serviceType, with: .private(Self.k256))
    for index in text.utf8.indices {
      var bytes = [UInt8](text.utf8)
      let position = text.utf8.distance(from: text.startIndex, to: index)
      bytes[position] = bytes[position] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
      let changed = String(decoding: bytes, as: UTF8.self)
      #expect(throws: JWTError.self) {
        try JWT(changed).claims(
          verifiedWith: .public(Self.k256.publicKey),
          policy: Self.servicePolicy,
          at: Self.now
        )
      }
    }
  }

  static func token(header: String, claims: String = "{}") -> String {
    [header, claims, "x"].map { Base64.url.encode([UInt8]($0.utf8)) }.joined(separator: ".")
  }

  @Test(
    "a string that is not a token is rejected",
    arguments: [
      ("", JWTError.Code.malformed),
      ("..", .malformed),
      ("a.b", .malformed),
      ("a.b.c.d", .malformed),
      (String(repeating: "A", count: 9000), .malformed),
      (token(header: #"{"alg":"none"}"#), .algorithmNotAllowed),
      (token(header: #"{"alg":"None"}"#), .algorithmNotAllowed),
      (token(header: #"{"alg":"RS256"}"#), .algorithmNotAllowed),
      (token(header: #"{}"#), .algorithmNotAllowed),
      (token(header: #"{"alg":1}"#), .malformed),
      (token(header: #"{"alg":"HS256","crit":["b64"],"b64":false}"#), .malformed),
      (token(header: #"{"alg":"HS256","alg":"none"}"#), .malformed),
      (token(header: #"["alg"]"#), .malformed),
      (token(header: #"{"alg":"HS256"} "#, claims: "{} {}"), .malformed),
      (token(header: #"{"alg":"HS256"}"#, claims: #"{"exp":1e400}"#), .malformed),
      (token(header: #"{"alg":"HS256"}"#, claims: #"{"exp":-9223372036854775809}"#), .malformed),
      (token(header: #"{"alg":"HS256"}"#, claims: #"{"exp":true}"#), .malformed),
      (token(header: #"{"alg":"HS256"}"#, claims: #"{"exp":.5}"#), .malformed),
      (token(header: #"{"alg":"HS256"}"#, claims: #"{"exp":1.}"#), .malformed),
      (token(header: #"{"alg":"HS256"}"#, claims: #"{"x":{"a":1,"a":1}}"#), .malformed),
      (token(header: #"{"alg":"HS256"}"#, claims: #"{"x":1,"\u0078":1}"#), .malformed),
      (token(header: #"{"alg":"HS256"}"#, claims: #"{"exp":"1"}"#), .malformed),
      (token(header: #"{"alg":"HS256"}"#, claims: #"{"exp":9223372036854775808}"#), .malformed),
      (token(header: #"{"alg":"HS256"}"#, claims: #"{"aud":["a"]}"#), .malformed),
      (token(header: #"{"alg":"HS256"}"#, claims: #"{"iss":null}"#), .malformed),
      (token(header: #"{"alg":"HS256"}"#, claims: #"{"iss":"\ud800"}"#), .malformed),
      (token(header: #"{"alg":"HS256"}"#, claims: #"{"n":01}"#), .malformed),
      (token(header: #"{"alg":"HS256"}"#, claims: #"{"n":1,}"#), .malformed),
      (
        token(
          header: #"{"alg":"HS256"}"#,
          claims: #"{"n":"# + String(repeating: "[", count: 3000) + "}"
        ), .malformed
      ),
    ]
  )
  func rejectsText(text: String, code: JWTError.Code) {
    #expect(throws: JWTError(code, "")) { try JWT(text) }
  }

  @Test("unused members may contain any JSON")
  func unusedMembers() throws {
    let token = try JWT(
      Self.token(
        header: #"{"alg":"HS256","jwk":{"kty":"EC","x":[1,2.5e-3,true,null]}}"#,
        claims: #" { "sub" : "a\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00é" , "x" : [ {} , [] ] } "#
      )
    )
    #expect(token.unverifiedClaims.subject == "a\"\\/\u{8}\u{c}\n\r\té😀é")
  }

  @Test(
    "a time is a JSON number of seconds, and its fraction is dropped",
    arguments: [
      ("1500000000", 1_500_000_000), ("1.5e9", 1_500_000_000), ("1500000000.0", 1_500_000_000),
      ("1500000000.999", 1_500_000_000), ("-1.5", -2), ("0", 0), ("-0", 0), ("15E-1", 1),
      ("1.5e-400", 0), ("9223372036854775807", Int.max), ("9.2e18", 9_200_000_000_000_000_000),
    ]
  )
  func numericDates(number: String, seconds: Int) throws {
    for name in ["exp", "nbf", "iat"] {
      let claims = try JWT(
        Self.token(header: #"{"alg":"HS256"}"#, claims: "{\"\(name)\":\(number)}")
      ).unverifiedClaims
      #expect([claims.expiresAt, claims.notBefore, claims.issuedAt].compactMap { $0 } == [seconds])
    }
  }

  @Test("keys that are special in the data model are not special in a token")
  func formsOfTheDataModel() throws {
    let token = try JWT(
      Self.token(
        header: #"{"alg":"HS256","jwk":{"$link":1,"x":2}}"#,
        claims: #"{"sub":"a","x":{"$bytes":[],"y":1e400},"$link":"x"}"#
      )
    )
    #expect(token.unverifiedClaims == JWTClaims(subject: "a"))
  }

  @Test("text in claims is escaped and round-trips")
  func escapedText() throws {
    var claims = Self.session
    claims.subject = "quote \" backslash \\ line \n bell \u{7} é 😀"
    let token = try JWT(
      JWT.sign(claims, type: JWTPolicy.accessType, with: .shared(Self.shared))
    )
    #expect(token.unverifiedClaims == claims)
  }

  @Test("a nonce is accepted once per issuer, and a full cache rejects new ones")
  func replays() throws {
    var cache = ReplayCache(capacity: 2, leeway: 5)
    var claims = Self.service
    try cache.accept(claims, at: Self.now)
    #expect(throws: JWTError(.replayed, "")) { try cache.accept(claims, at: Self.now + 64) }
    // The same nonce from another issuer belongs to another token.
    claims.issuer = "did:plc:other"
    try cache.accept(claims, at: Self.now)
    // The cache is full; nothing is forgotten while it could still be replayed.
    claims.identifier = "n3"
    #expect(throws: JWTError(.replayed, "")) { try cache.accept(claims, at: Self.now) }
    // Expired entries make room.
    claims.expiresAt = Self.now + 200
    try cache.accept(claims, at: Self.now + 66)
    #expect(cache.count == 1)
    claims.identifier = nil
    #expect(throws: JWTError(.missingClaim, "")) { try cache.accept(claims, at: Self.now) }
  }

  @Test("a shared key of less than 32 bytes is rejected")
  func shortSharedKey() {
    #expect(throws: CryptoError(.wrongLength, "")) {
      try SymmetricKey([UInt8](repeating: 1, count: 31))
    }
  }
}
