import ATProtoCrypto
import ATProtoSyntax

/// A proof that the sender of a request holds a key (RFC 9449, 4.2), read but not yet verified.
///
///     header = { "typ": "dpop+jwt", "alg": "ES256" / "ES256K", "jwk": public key }
///     claims = { "jti": …, "htm": method, "htu": URL, "iat": time, "nonce": …, "ath": … }
public struct DPoPProof: Sendable {
  /// `typ` of the header.
  public static let type = "dpop+jwt"
  /// The values of `alg` that are accepted: `dpop_signing_alg_values_supported`.
  public static let algorithms: [JWTAlgorithm] = [.es256, .es256k]
  /// The longest `jti`, in bytes.
  public static let maximumIdentifierLength = 256
  /// How long ago, or how far ahead, a proof may have been made by the clock of its maker, in
  /// seconds.
  ///
  /// The nonce bounds the age; the time is only checked for plausibility, because the clocks of
  /// phones are wrong (RFC 9449, 11.1).
  public static let maximumAge = 190

  /// `jti`: distinguishes the proof from others of its key.
  public let identifier: String
  /// The thumbprint of the key (RFC 7638). Do not trust it before
  /// ``verify(method:url:accessToken:nonces:at:)`` has returned.
  public let thumbprint: String

  private let token: CompactJWT
  private let key: PublicKey
  private let method: String
  private let url: String
  private let issuedAt: Int
  private let nonce: String?
  private let accessTokenHash: String?

  /// Reads the value of a header `DPoP`. Throws ``OAuthError/Code/invalidDPoPProof``.
  public init(_ text: String) throws(OAuthError) {
    try self.init(text, keys: nil)
  }

  /// - Parameter keys: keys of earlier proofs, to which this one's is added.
  package init(_ text: String, keys: DPoPKeyCache?) throws(OAuthError) {
    let token: CompactJWT
    do throws(JWTError) {
      token = try CompactJWT(text)
      guard try token.header.string("typ")?.lowercased() == Self.type else {
        throw JWTError(.wrongType, "the type (typ) must be \(Self.type)")
      }
      guard let identifier = try token.claims.string("jti"), !identifier.isEmpty,
        identifier.utf8.count <= Self.maximumIdentifierLength
      else {
        throw JWTError(.missingClaim, "jti must have 1 to \(Self.maximumIdentifierLength) bytes")
      }
      guard let method = try token.claims.string("htm"), let url = try token.claims.string("htu"),
        let issuedAt = try token.claims.numericDate("iat")
      else { throw JWTError(.missingClaim, "htm, htu and iat are required") }
      self.identifier = identifier
      self.method = method
      self.url = url
      self.issuedAt = issuedAt
      nonce = try token.claims.string("nonce")
      accessTokenHash = try token.claims.string("ath")
    } catch {
      throw .invalidProof(error.reason)
    }
    guard let value = token.header["jwk"] else { throw .invalidProof("the key (jwk) is missing") }
    let entry: DPoPKeyCache.Entry
    do throws(CryptoError) {
      entry = try (keys ?? DPoPKeyCache()).entry(value)
    } catch {
      throw .invalidProof("the key (jwk) is not valid: \(error.reason)")
    }
    self.token = token
    key = entry.key
    thumbprint = entry.thumbprint
  }

  /// Checks the proof for a request (RFC 9449, 4.3).
  ///
  /// Throws ``OAuthError/Code/useDPoPNonce`` if nothing but the nonce is wrong or missing, and
  /// ``OAuthError/Code/invalidDPoPProof`` for everything else.
  ///
  /// - Parameters:
  ///   - method: the method of the request.
  ///   - url: the public URL of the request, with or without query.
  ///   - accessToken: the access token that the request presents; nil at the endpoints of the
  ///     authorization server, where `ath` is not allowed.
  ///   - nonces: the nonces of the server.
  ///   - seconds: the current time, in seconds since 1970.
  public func verify(
    method: String,
    url: String,
    accessToken: String?,
    nonces: DPoPNonces,
    at seconds: Int
  ) throws(OAuthError) {
    // RFC 9110, 9.1: methods are case-sensitive.
    guard self.method == method else {
      throw .invalidProof("htm is \(self.method), but the method of the request is \(method)")
    }
    // Most clients send the URL as it is.
    guard self.url == url || ProofTarget(self.url).map({ $0 == ProofTarget(url) }) ?? false else {
      throw .invalidProof("htu is \(self.url), but the URL of the request is \(url)")
    }
    if let accessToken {
      guard accessTokenHash == Self.hash(ofAccessToken: accessToken) else {
        throw .invalidProof("ath is not the hash of the access token")
      }
    } else if accessTokenHash != nil {
      throw .invalidProof("ath is not allowed in a request without an access token")
    }
    // No sum of the token's numbers is formed, so that none overflows.
    guard issuedAt >= seconds - Self.maximumAge, issuedAt <= seconds + Self.maximumAge else {
      throw .invalidProof("iat is \(issuedAt), but the time is \(seconds); check the clock")
    }
    do throws(JWTError) {
      try token.checkSignature(of: key)
    } catch {
      throw .invalidProof(error.reason)
    }
    // Last, so that a retry with the nonce succeeds.
    guard let nonce else {
      throw OAuthError(.useDPoPNonce, "the server requires a nonce in the DPoP proof")
    }
    guard nonces.accepts(nonce, at: seconds) else {
      throw OAuthError(.useDPoPNonce, "the nonce of the DPoP proof is not accepted any more")
    }
  }

  /// `ath`: "the base64url-encoded SHA-256 hash of the ASCII encoding" of the access token.
  static func hash(ofAccessToken token: String) -> String {
    Base64.url.encode(SHA256.hash(token).bytes)
  }
}

extension OAuthError {
  fileprivate static func invalidProof(_ reason: String) -> OAuthError {
    OAuthError(.invalidDPoPProof, "DPoP proof: \(reason)")
  }
}
