import ATProtoAuth
import ATProtoCrypto
import ATProtoSyntax
import Testing

/// XRPC specification, "Inter-Service Authentication (JWT)".
@Suite struct ServiceTokenTests {
  static let did: DID = "did:plc:ewvi7nxzyoun6zhxrhs64oiz"
  static let now = 1_700_000_000

  @Test("a signed service token has the claims and the header that the specification requires")
  func signed() throws {
    let key = PrivateKey(generating: .p256)
    let service = ServiceToken(
      issuer: Self.did,
      keyID: "#atproto",
      audience: "did:web:api.example#bsky_appview",
      method: "app.bsky.feed.getTimeline",
      at: Self.now
    )
    let token = try JWT(service.signed(with: key))
    #expect(token.type == "JWT")
    #expect(token.algorithm == .es256)
    #expect(token.keyID == "#atproto")
    #expect(
      token.unverifiedClaims
        == JWTClaims(
          issuer: "did:plc:ewvi7nxzyoun6zhxrhs64oiz",
          audience: "did:web:api.example#bsky_appview",
          expiresAt: Self.now + 60,
          issuedAt: Self.now,
          identifier: service.nonce,
          method: "app.bsky.feed.getTimeline"
        )
    )
  }

  @Test("each service token has a nonce of its own")
  func nonces() {
    let tokens = (0..<100).map { _ in
      ServiceToken(issuer: Self.did, audience: "did:web:api.example", method: nil, at: Self.now)
    }
    #expect(Set(tokens.map(\.nonce)).count == 100)
  }

  @Test(
    "the issuer and its key are read from iss and kid, in the current and the legacy form",
    arguments: [
      (did.string, "#atproto", "#atproto", nil), (did.string, nil, "#atproto", nil),
      (did.string, "#atproto_label", "#atproto_label", nil),
      ("\(did)#atproto_labeler", nil, "#atproto_label", "#atproto_labeler"),
      ("\(did)#bsky_fg", nil, "#atproto", "#bsky_fg"),
    ] as [(String, String?, String, String?)]
  )
  func issuer(issuer: String, keyID: String?, expectedKey: String, service: String?) throws {
    let read = try ServiceIssuer(Self.token(issuer: issuer, keyID: keyID))
    #expect(read.did == Self.did)
    #expect(read.keyID == expectedKey)
    #expect(read.service == service)
  }

  @Test(
    "an issuer that is not a DID, or that has a fragment in addition to a kid, is rejected",
    arguments: [
      (nil, nil), ("", nil), ("alice.example", nil), ("did:plc:", nil), ("#atproto", nil),
      ("\(did)#atproto_labeler", "#atproto"),
    ] as [(String?, String?)]
  )
  func rejectedIssuer(issuer: String?, keyID: String?) throws {
    let token = try Self.token(issuer: issuer, keyID: keyID)
    #expect(throws: JWTError(.wrongIssuer, "")) { try ServiceIssuer(token) }
  }

  private static func token(issuer: String?, keyID: String?) throws -> JWT {
    try JWT(
      JWT.sign(
        JWTClaims(issuer: issuer, expiresAt: now),
        type: JWTPolicy.serviceType,
        keyID: keyID,
        with: .shared(SymmetricKey())
      )
    )
  }
}
