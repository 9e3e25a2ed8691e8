public import ATProtoCrypto
public import ATProtoSyntax

/// A token by which one service calls another on behalf of an account (XRPC specification,
/// "Inter-Service Authentication (JWT)"), before it is signed.
public struct ServiceToken: Hashable, Sendable {
  /// The account on whose behalf the call is made.
  public var issuer: DID
  /// The key that signs, with its `#`; nil for `#atproto`, which need not be said.
  public var keyID: String?
  /// The DID of the service that is called, "new software should always include the service
  /// fragment".
  public var audience: String
  /// Nil for any, which no receiver of XRPC calls takes.
  public var method: NSID?
  /// Seconds since 1970.
  public var issuedAt: Int
  public var expiresAt: Int
  public var nonce: String

  /// "60 seconds is a good token lifetime".
  public static let usualLifetime = 60

  /// A token with a nonce of its own.
  ///
  /// - Parameter seconds: the present time, in seconds since 1970.
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

  /// The text that goes after `Bearer`; its `alg` is that of the key's curve.
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
