public import ATProtoCrypto
public import ATProtoSyntax

/// A token with which one service calls another on behalf of an account, before it is signed (XRPC
/// specification, "Inter-Service Authentication (JWT)").
public struct ServiceToken: Hashable, Sendable {
  /// The account on whose behalf the call is made (`iss`).
  public var issuer: DID
  /// The signing key (`kid`), with its `#`, or nil for `#atproto`, the default.
  public var keyID: String?
  /// The DID of the service that is called (`aud`): "new software should always include the service
  /// fragment".
  public var audience: String
  /// The method that the token authorizes (`lxm`), or nil for any; receivers of XRPC calls reject a
  /// token without a method.
  public var method: NSID?
  /// The time of issue (`iat`), in seconds since 1970.
  public var issuedAt: Int
  /// The time of expiry (`exp`), in seconds since 1970.
  public var expiresAt: Int
  /// The nonce (`jti`).
  public var nonce: String

  /// The default lifetime in seconds: "60 seconds is a good token lifetime".
  public static let usualLifetime = 60

  /// Creates a token with a random nonce.
  ///
  /// - Parameters:
  ///   - lifetime: the time until the token expires, in seconds.
  ///   - seconds: the current time, in seconds since 1970.
  public init(
    issuer: DID,
    keyID: String? = nil,
    audience: String,
    method: NSID?,
    lifetime: Int = usualLifetime,
    at seconds: Int = Int(Datetime.Instant.now.seconds)
  ) {
    self.issuer = issuer
    self.keyID = keyID
    self.audience = audience
    self.method = method
    issuedAt = seconds
    expiresAt = seconds + lifetime
    nonce = SecureRandom.base32(16)
  }

  /// The signed token, as sent after `Bearer` in an `Authorization` header; `alg` is the algorithm
  /// of the key's curve.
  public func signed(with key: PrivateKey) -> String {
    JWT.sign(
      JWTClaims(
        issuer: issuer.string,
        audience: audience,
        expiresAt: expiresAt,
        issuedAt: issuedAt,
        identifier: nonce,
        method: method?.string
      ),
      type: JWTPolicy.serviceType,
      keyID: keyID,
      with: .private(key)
    )
  }
}
