import ATProtoCrypto
import ATProtoSyntax
import Foundation
import Testing

/// The vectors that all implementations share, if they are next to the checkout.
@Suite struct InteropTests {
  struct SignatureFixture: Decodable, CustomTestStringConvertible {
    var comment: String
    var messageBase64: String
    var algorithm: String
    var publicKeyDid: String
    var publicKeyMultibase: String
    var signatureBase64: String
    var validSignature: Bool

    var testDescription: String { comment }
  }

  struct KeyFixture: Decodable {
    var privateKeyBytesHex: String?
    var privateKeyBytesBase58: String?
    var publicDidKey: String
  }

  static func load<Value: Decodable>(_ name: String) -> [Value] {
    let url = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../../shared/interop/crypto/\(name)")
    guard let data = try? Data(contentsOf: url) else { return [] }
    return try! JSONDecoder().decode([Value].self, from: data)
  }

  static func base64(_ text: String) throws -> [UInt8] {
    try #require(Base64.standard.decode(text.prefix { $0 != "=" }))
  }

  @Test(
    "the protocol's signature vectors verify as expected",
    arguments: load("signature-fixtures.json") as [SignatureFixture]
  )
  func signatures(fixture: SignatureFixture) throws {
    let key = try PublicKey(didKey: fixture.publicKeyDid)
    #expect(
      try PublicKey(legacyMultibase: fixture.publicKeyMultibase, curve: key.curve) == key
    )
    #expect(fixture.algorithm == (key.curve == .k256 ? "ES256K" : "ES256"))
    let message = try Self.base64(fixture.messageBase64)
    let signature = try Self.base64(fixture.signatureBase64)
    #expect(key.isValidSignature(signature, for: message) == fixture.validSignature)
  }

  @Test(
    "the protocol's key vectors have the expected did:key",
    arguments: [
      (Curve.k256, "w3c_didkey_K256.json"), (Curve.p256, "w3c_didkey_P256.json"),
    ]
  )
  func didKeys(curve: Curve, file: String) throws {
    for fixture in Self.load(file) as [KeyFixture] {
      let bytes = try #require(
        fixture.privateKeyBytesHex.flatMap { Hex.decode($0) }
          ?? fixture.privateKeyBytesBase58.flatMap { Base58.decode($0) }
      )
      let key = try PrivateKey(curve: curve, rawRepresentation: bytes)
      #expect(key.publicKey.didKey == fixture.publicDidKey)
      #expect(try PublicKey(didKey: fixture.publicDidKey) == key.publicKey)
    }
  }
}
