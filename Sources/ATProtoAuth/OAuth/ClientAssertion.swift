import ATProtoCrypto
import ATProtoData

/// The token with which a confidential client authenticates itself (OAuth specification,
/// "Confidential Client Authentication"; RFC 7523, 3), read but not yet verified.
///
///     header = { "alg": "ES256" / "ES256K", "kid": name of a key of the client }
///     claims = { "iss": client ID, "sub": client ID, "aud": issuer, "jti": …, "iat": time,
///                "exp": time }
public struct ClientAssertion: Sendable {
  /// `client_assertion_type`.
  public static let type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
  /// The values of `alg` that are accepted: `token_endpoint_auth_signing_alg_values_supported`.
  public static let algorithms: [JWTAlgorithm] = [.es256, .es256k]
  /// The age up to which an assertion is accepted, in seconds: servers "should not reject client
  /// assertion JWTs generated less than a minute ago".
  public static let lifetime = 60
  /// The difference between clocks that is tolerated, in seconds.
  public static let leeway = 30
  /// The longest `jti`, in bytes.
  public static let maximumIdentifierLength = 256

  /// An assertion that was verified.
  public struct Verified: Hashable, Sendable {
    /// `kid` of the key that signed it.
    public var keyID: String
    /// The thumbprint of that key (RFC 7638).
    public var thumbprint: String
    /// `jti`, which the client must not use again before ``expiresAt``.
    public var identifier: String
    /// The time from which on the assertion is not accepted, in seconds since 1970.
    public var expiresAt: Int
  }

  /// `kid` of the header.
  public let keyID: String
  /// `jti`.
  public let identifier: String
  /// `iss`, which claims to be the client ID.
  public let issuer: String

  private let token: CompactJWT
  private let audiences: [String]
  private let issuedAt: Int

  /// Reads the parameter `client_assertion`. Throws ``OAuthError/Code/invalidClient``.
  public init(_ text: String) throws(OAuthError) {
    do throws(JWTError) {
      token = try CompactJWT(text)
      guard token.algorithm != .hs256 else {
        throw JWTError(.algorithmNotAllowed, "the algorithm (alg) must be ES256 or ES256K")
      }
      guard let keyID = try token.header.string("kid"), !keyID.isEmpty else {
        throw JWTError(.missingClaim, "the name of the key (kid) is missing in the header")
      }
      guard let identifier = try token.claims.string("jti"), !identifier.isEmpty,
        identifier.utf8.count <= Self.maximumIdentifierLength
      else {
        throw JWTError(.missingClaim, "jti must have 1 to \(Self.maximumIdentifierLength) bytes")
      }
      guard let issuer = try token.claims.string("iss"),
        try token.claims.string("sub") == issuer
      else { throw JWTError(.wrongIssuer, "iss and sub must both be the client_id") }
      guard let issuedAt = try token.claims.numericDate("iat") else {
        throw JWTError(.missingClaim, "iat is required")
      }
      self.keyID = keyID
      self.identifier = identifier
      self.issuer = issuer
      self.issuedAt = issuedAt
      audiences = try token.claims.audiences
    } catch {
      throw .invalidAssertion(error.reason)
    }
  }

  /// Checks the assertion. Throws ``OAuthError/Code/invalidClient``.
  ///
  /// - Parameters:
  ///   - keys: the keys of the client.
  ///   - client: the client ID.
  ///   - issuer: the issuer of the server: "the `aud` claim (audience) of the client assertion JWT
  ///     must be the Authorization Server's `issuer`".
  ///   - algorithm: the algorithm that the client has declared, or nil.
  ///   - seconds: the current time, in seconds since 1970.
  public func verify(
    keys: JWKSet,
    client: String,
    issuer: String,
    algorithm: JWTAlgorithm? = nil,
    at seconds: Int
  ) throws(OAuthError) -> Verified {
    guard self.issuer == client else {
      throw .invalidAssertion("iss and sub must both be the client_id")
    }
    guard audiences.contains(issuer) else {
      throw .invalidAssertion("aud must be the issuer, \(issuer)")
    }
    do throws(JWTError) {
      try checkTimes(at: seconds)
      if let algorithm, token.algorithm != algorithm {
        throw JWTError(.algorithmNotAllowed, "the client has declared \(algorithm.rawValue)")
      }
      let candidates = keys.keys(named: keyID)
      guard let key = candidates.first(where: { isSigned(by: $0.publicKey) }) else {
        throw candidates.isEmpty
          ? JWTError(.badSignature, "the client does not publish a key named '\(keyID)' (kid)")
          : JWTError(.badSignature, "the signature is not of the key '\(keyID)' (kid)")
      }
      return Verified(
        keyID: keyID,
        thumbprint: key.thumbprint,
        identifier: identifier,
        expiresAt: issuedAt + Self.lifetime + Self.leeway + 1
      )
    } catch {
      throw .invalidAssertion(error.reason)
    }
  }

  private func isSigned(by key: PublicKey) -> Bool {
    (try? token.checkSignature(of: key)) != nil
  }

  private func checkTimes(at seconds: Int) throws(JWTError) {
    guard issuedAt >= seconds - Self.lifetime - Self.leeway else {
      throw JWTError(.expired, "iat is more than a minute ago")
    }
    guard issuedAt <= seconds + Self.leeway else {
      throw JWTError(.notYetValid, "iat lies in the future; check the clock")
    }
    // RFC 7519, 4.1.4: "on or after which the JWT MUST NOT be accepted".
    if let expiry = try token.claims.numericDate("exp"), expiry <= seconds - Self.expiryLeeway {
      throw JWTError(.expired, "the assertion has expired")
    }
    if let start = try token.claims.numericDate("nbf"), start > seconds + Self.leeway {
      throw JWTError(.notYetValid, "the assertion is not valid yet")
    }
  }

  private static let expiryLeeway = 5
}

extension JWTMembers {
  /// `aud`: "an array of case-sensitive strings", or in the special case of one audience "a single
  /// case-sensitive string" (RFC 7519, 4.1.3).
  fileprivate var audiences: [String] {
    get throws(JWTError) {
      guard case .array(let elements)? = self["aud"] else {
        return try string("aud").map { [$0] } ?? []
      }
      return elements.compactMap(\.string)
    }
  }
}

extension OAuthError {
  fileprivate static func invalidAssertion(_ reason: String) -> OAuthError {
    OAuthError(.invalidClient, "client_assertion: \(reason)")
  }
}
