import ATProtoAuth
import Testing

@Suite struct PKCETests {
  /// RFC 7636, appendix B.
  static let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
  static let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

  @Test("the challenge of RFC 7636 belongs to its verifier")
  func exampleOfTheRFC() throws {
    #expect(PKCE.challenge(of: Self.verifier) == Self.challenge)
    try PKCE.check(verifier: Self.verifier, challenge: Self.challenge)
  }

  @Test("a verifier is random and fits its challenge")
  func generated() throws {
    let verifier = PKCE.makeVerifier()
    #expect(PKCE.isVerifier(verifier) && verifier != PKCE.makeVerifier())
    #expect(PKCE.isChallenge(PKCE.challenge(of: verifier)))
    try PKCE.check(verifier: verifier, challenge: PKCE.challenge(of: verifier))
  }

  @Test(
    "a verifier that is malformed or belongs to another challenge is refused",
    arguments: [
      "", "short", String(repeating: "a", count: 42), String(repeating: "a", count: 129),
      String(repeating: "a", count: 43), String(repeating: "a", count: 42) + "+",
      String(repeating: "a", count: 42) + "é", challenge,
    ]
  )
  func refused(verifier: String) {
    #expect(throws: OAuthError(.invalidGrant, "")) {
      try PKCE.check(verifier: verifier, challenge: Self.challenge)
    }
  }

  @Test("a challenge that is not a SHA-256 hash in base64url is not one")
  func challenges() {
    #expect(PKCE.isChallenge(Self.challenge))
    for text in ["", Self.verifier + "A", String(Self.challenge.dropLast()) + "=", "a"] {
      #expect(!PKCE.isChallenge(text))
    }
  }
}
