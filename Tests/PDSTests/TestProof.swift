import ATProtoAuth
import ATProtoCrypto
import ATProtoData
import ATProtoSyntax
import PDS

/// A DPoP proof (RFC 9449, 4.2), made without the library, whose parts a test can change before it is
/// signed.
struct TestProof {
  var header: DataObject
  var claims: DataObject

  init(
    key: PrivateKey,
    method: String,
    url: String,
    token: String?,
    nonce: String
  ) throws {
    header = [
      "typ": "dpop+jwt", "alg": "ES256",
      "jwk": try DataValue(json: Array(JWK(key.publicKey).json.utf8)),
    ]
    claims = [
      "jti": .string(SecureRandom.base32(16)), "htm": .string(method), "htu": .string(url),
      "iat": .integer(currentSeconds()), "nonce": .string(nonce),
    ]
    claims["ath"] = token.map { .string(Self.hash(of: $0)) }
  }

  static func hash(of token: String) -> String {
    Base64.url.encode(SHA256.hash(Array(token.utf8)).bytes)
  }

  func signed(with key: PrivateKey) -> String {
    let text = [header, claims].map { Base64.url.encode(DataValue.object($0).jsonBytes()) }
      .joined(separator: ".")
    return text + "." + Base64.url.encode(key.sign(Array(text.utf8)))
  }
}
