import ATProtoAuth
import ATProtoCrypto
import ATProtoData
import ATProtoSyntax
import Testing

@Suite struct ClientAssertionTests {
  static let now = 1_700_000_000
  static let client = "https://app.example.com/client.json"
  static let issuer = "https://pds.example.com"
  static let key = PrivateKey(generating: .p256)
  static let keys = JWKSet([
    JWK(PrivateKey(generating: .p256).publicKey, keyID: "other"), JWK(key.publicKey, keyID: "k1"),
    JWK(PrivateKey(generating: .k256).publicKey, keyID: "k1"),
  ])

  static func sign(_ changes: DataObject = [:], header: DataObject = [:]) -> String {
    func merged(_ object: DataObject, _ changes: DataObject) -> String {
      var object = object
      for (name, value) in changes { object[name] = value == .null ? nil : value }
      return Base64.url.encode(DataValue.object(object).jsonBytes())
    }
    let claims: DataObject = [
      "iss": .string(client), "sub": .string(client), "aud": .string(issuer), "jti": "n1",
      "iat": .integer(now),
    ]
    let signed = merged(["alg": "ES256", "kid": "k1"], header) + "." + merged(claims, changes)
    return signed + "." + Base64.url.encode(key.sign([UInt8](signed.utf8)))
  }

  static func verify(
    _ text: String,
    algorithm: JWTAlgorithm? = nil,
    at seconds: Int = now
  ) throws(OAuthError) -> ClientAssertion.Verified {
    try ClientAssertion(text).verify(
      keys: keys,
      client: client,
      issuer: issuer,
      algorithm: algorithm,
      at: seconds
    )
  }

  @Test("an assertion that a client signs is accepted for a minute")
  func roundTrip() throws {
    let text = ClientAssertion.sign(
      client: Self.client,
      issuer: Self.issuer,
      key: Self.key,
      keyID: "k1",
      at: Self.now
    )
    let verified = try Self.verify(text, algorithm: .es256, at: Self.now + 60)
    #expect(verified.keyID == "k1")
    #expect(verified.thumbprint == JWK(Self.key.publicKey).thumbprint)
    #expect(try verified.identifier == ClientAssertion(text).identifier)
    // Whoever remembers `jti` until then cannot be shown the assertion again.
    #expect(throws: OAuthError(.invalidClient, "")) {
      try Self.verify(text, at: verified.expiresAt)
    }
  }

  @Test(
    "claims that deployed clients send are accepted",
    arguments: [
      [:], ["aud": .array([.string(issuer), "https://pds.example.com/oauth/token"])],
      ["exp": .integer(now + 3600)], ["exp": .integer(now)], ["iat": .integer(now - 60)],
      ["iat": .integer(now + 20)], ["nbf": .integer(now)], ["extra": ["a": 1]],
    ] as [DataObject]
  )
  func accepted(changes: DataObject) throws {
    #expect(try Self.verify(Self.sign(changes)).keyID == "k1")
  }

  @Test(
    "an assertion with a fault is refused",
    arguments: [
      ["iss": nil], ["iss": "https://evil.com/client"], ["sub": nil], ["sub": "did:plc:abc"],
      ["aud": nil], ["aud": "https://pds.example.com/oauth/token"], ["aud": []], ["aud": [1]],
      ["aud": "https://pds.example.com/"], ["aud": "https://other.example.com"],
      ["jti": nil], ["jti": ""], ["jti": 1], ["jti": .string(String(repeating: "a", count: 257))],
      ["iat": nil], ["iat": .integer(now - 91)], ["iat": .integer(now + 31)],
      ["iat": .integer(.max)], ["iat": .integer(.min)], ["iat": "x"],
      ["exp": .integer(now - 10)], ["exp": .integer(.min)], ["exp": "x"],
      ["nbf": .integer(now + 60)],
    ] as [DataObject]
  )
  func refused(changes: DataObject) {
    #expect(throws: OAuthError(.invalidClient, "")) { try Self.verify(Self.sign(changes)) }
  }

  @Test(
    "an assertion that names no published key, or another algorithm, is refused",
    arguments: [
      ["kid": nil], ["kid": ""], ["kid": "k2"], ["kid": "other"], ["kid": 1], ["alg": "none"],
      ["alg": "HS256"], ["alg": "ES256K"], ["alg": "RS256"], ["crit": ["x"]],
    ] as [DataObject]
  )
  func refusedHeader(changes: DataObject) {
    #expect(throws: OAuthError(.invalidClient, "")) { try Self.verify(Self.sign(header: changes)) }
  }

  @Test("the algorithm that a client declares is required")
  func declaredAlgorithm() throws {
    #expect(throws: OAuthError(.invalidClient, "")) {
      try Self.verify(Self.sign(), algorithm: .es256k)
    }
    #expect(throws: OAuthError(.invalidClient, "")) { try Self.verify("a.b.c") }
  }
}
