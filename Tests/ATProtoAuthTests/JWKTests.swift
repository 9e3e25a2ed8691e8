import ATProtoAuth
import ATProtoCrypto
import Testing

@Suite struct JWKTests {
  /// RFC 9449, sections 4.2 and 6.1.
  @Test("the example key of RFC 9449 has the thumbprint given there")
  func thumbprint() throws {
    let key = try JWK(
      json: [UInt8](
        """
        {"kty":"EC","x":"l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs",
         "y":"9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA","crv":"P-256"}
        """.utf8
      )
    )
    #expect(key.publicKey.curve == .p256)
    #expect(key.keyID == nil)
    #expect(key.thumbprint == "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I")
  }

  /// RFC 7517, A.1, without `use`, which is `enc` in that example.
  static let example =
    #""kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","#
    + #""y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM""#

  @Test(
    "irrelevant members are ignored",
    arguments: [
      "{\(example)}", #"{\#(example),"use":"sig","alg":"ES256","kid":"1"}"#,
      #"{"n":1.5,"x5c":[{}],"ext":true,\#(example)}"#,
    ]
  )
  func ignoredMembers(json: String) throws {
    let key = try JWK(json: [UInt8](json.utf8))
    #expect(key.keyID == (json.contains("kid") ? "1" : nil))
    #expect(try key.publicKey == JWK(json: [UInt8]("{\(Self.example)}".utf8)).publicKey)
  }

  @Test("a key is written and read back, with the same thumbprint", arguments: Curve.allCases)
  func roundTrip(curve: Curve) throws {
    for keyID in [nil, "#atproto", "quote \" é"] {
      let key = JWK(PrivateKey(generating: curve).publicKey, keyID: keyID)
      let read = try JWK(json: [UInt8](key.json.utf8))
      #expect(read == key)
      #expect(read.thumbprint == JWK(key.publicKey).thumbprint)
    }
  }

  @Test(
    "a key that is not a public signing key on a supported curve is rejected",
    arguments: [
      ("", .malformedText), ("[]", .malformedText), ("{}", .unsupportedKeyType),
      (#"{"kty":"RSA","n":"AQAB","e":"AQAB"}"#, .unsupportedKeyType),
      (#"{"kty":1}"#, .malformedText),
      (example.replacing("P-256", with: "P-384"), .unsupportedKeyType),
      (example.replacing("P-256", with: "secp256k1"), .notOnCurve),
      (example.replacing("MKBC", with: "NKBC"), .notOnCurve),
      (example.replacing("MKBC", with: ""), .wrongLength),
      (example.replacing("MKBC", with: "AAAAMKBC"), .wrongLength),
      (example.replacing("MKBC", with: "MKB="), .malformedText),
      (example + #","d":"870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE""#, .malformedText),
      (example + #","use":"enc""#, .unsupportedKeyType),
      (example + #","alg":"ES256K""#, .unsupportedKeyType),
      (example + #","kid":7"#, .malformedText), (example + #","kty":"EC""#, .malformedText),
    ] as [(String, CryptoError.Code)]
  )
  func rejected(members: String, code: CryptoError.Code) {
    let json = members.hasPrefix("\"") ? "{\(members)}" : members
    #expect(throws: CryptoError(code, "")) { try JWK(json: [UInt8](json.utf8)) }
  }

  @Test("a key that is too long is rejected")
  func tooLong() {
    let json = "{\(Self.example),\"x5c\":\"\(String(repeating: "a", count: JWK.maximumLength))\"}"
    #expect(throws: CryptoError(.malformedText, "")) { try JWK(json: [UInt8](json.utf8)) }
  }
}
