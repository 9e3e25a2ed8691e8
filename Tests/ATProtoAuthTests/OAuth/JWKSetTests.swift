import ATProtoAuth
import ATProtoCrypto
import Testing

@Suite struct JWKSetTests {
  static let key = JWK(PrivateKey(generating: .p256).publicKey, keyID: "k1")

  @Test("a set is written and read back")
  func roundTrip() throws {
    let set = JWKSet([Self.key, JWK(PrivateKey(generating: .k256).publicKey, keyID: "k2")])
    let read = try JWKSet(json: [UInt8](set.json.utf8))
    #expect(read == set)
    #expect(read.keys(named: "k1") == [Self.key])
    #expect(read.keys(named: "k3").isEmpty)
  }

  @Test("keys of other types and for other uses are skipped")
  func skipped() throws {
    let others = [
      #"{"kty":"RSA","n":"AQAB","e":"AQAB"}"#, #"{"kty":"OKP","crv":"Ed25519","x":"AQAB"}"#,
      #"{"kty":"EC","crv":"P-384","x":"AQAB","y":"AQAB"}"#, #"{"kty":"later"}"#, "{}",
      Self.key.json.replacing("}", with: #","use":"enc"}"#),
    ]
    let json = #"{"keys":[\#((others + [Self.key.json]).joined(separator: ","))],"more":1.5}"#
    #expect(try JWKSet(json: [UInt8](json.utf8)).keys == [Self.key])
  }

  @Test(
    "a set that is malformed or reveals a key is refused",
    arguments: [
      "", "[]", "{}", #"{"keys":{}}"#, #"{"keys":[1]}"#, #"{"keys":[],"keys":[]}"#,
      #"{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB","d":"AQAB"}]}"#,
      #"{"keys":[{"kty":"oct","k":"AQAB"}]}"#,
      #"{"keys":[\#(key.json.replacing("}", with: #","d":"AQAB"}"#))]}"#,
      #"{"keys":[{"kty":"EC","crv":"P-256","x":"AQAB","y":"AQAB"}]}"#,
      #"{"keys":["# + String(repeating: "{},", count: 64) + "{}]}",
      String(repeating: " ", count: JWKSet.maximumLength + 1),
    ]
  )
  func refused(json: String) {
    #expect(throws: CryptoError.self) { try JWKSet(json: [UInt8](json.utf8)) }
  }
}
