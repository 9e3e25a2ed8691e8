public import ATProtoCrypto
import ATProtoData
public import ATProtoSyntax

/// The key with which a client proves that it holds its tokens (RFC 9449): one for each session,
/// on P-256.
public struct DPoPKey: Sendable {
  /// The key.
  public let privateKey: PrivateKey
  private let publicJWK: JWK

  /// Creates a random key.
  public init() {
    self.init(PrivateKey(generating: .p256))
  }

  /// Creates a key that was generated elsewhere. Servers must support P-256 only.
  public init(_ privateKey: PrivateKey) {
    self.privateKey = privateKey
    publicJWK = JWK(privateKey.publicKey)
  }

  /// Reads a key that was stored as ``multikey``. Throws a `CryptoError`.
  public init(multikey: String) throws(CryptoError) {
    self.init(try PrivateKey(multikey: multikey))
  }

  /// The secret key as text, for a session store.
  public var multikey: String { privateKey.multikey }

  /// The thumbprint to which tokens are bound, `jkt` (RFC 9449, 6.1).
  public var thumbprint: String { publicJWK.thumbprint }

  /// Makes the proof of one request, the value of its header `DPoP` (RFC 9449, 4.2).
  ///
  /// - Parameters:
  ///   - method: the HTTP method.
  ///   - url: the URL; its query and fragment are not part of the proof.
  ///   - nonce: the nonce that the server sent last, if it has sent one.
  ///   - accessToken: the access token of the request, if it has one.
  ///   - seconds: the current time, in seconds since 1970.
  public func proof(
    method: String,
    url: String,
    nonce: String?,
    accessToken: String? = nil,
    at seconds: Int = Int(Datetime.Instant.now.seconds)
  ) -> String {
    var claims: DataObject = [
      "jti": .string(Base64.url.encode(SecureRandom.bytes(16))), "htm": .string(method),
      "htu": .string(String(url.prefix { $0 != "?" && $0 != "#" })), "iat": .integer(seconds),
    ]
    claims["nonce"] = nonce.map(DataValue.string)
    claims["ath"] = accessToken.map { .string(DPoPProof.hash(ofAccessToken: $0)) }
    let key = JWTSigningKey.private(privateKey)
    let header: DataObject = [
      "typ": .string(DPoPProof.type), "alg": .string(key.algorithm.rawValue),
      "jwk": .object(publicJWK.members),
    ]
    return CompactJWT.sign(header, claims, with: key)
  }
}
