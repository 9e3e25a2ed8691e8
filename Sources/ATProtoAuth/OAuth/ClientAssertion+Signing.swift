public import ATProtoCrypto
public import ATProtoSyntax

extension ClientAssertion {
  /// Makes an assertion for one request, the value of `client_assertion`.
  ///
  /// - Parameters:
  ///   - client: the client ID.
  ///   - issuer: the issuer of the authorization server.
  ///   - key: a key of the client; servers must support P-256 only.
  ///   - keyID: its name in the published key set.
  ///   - seconds: the current time, in seconds since 1970.
  public static func sign(
    client: String,
    issuer: String,
    key: PrivateKey,
    keyID: String,
    at seconds: Int = Int(Datetime.Instant.now.seconds)
  ) -> String {
    JWT.sign(
      JWTClaims(
        issuer: client,
        subject: client,
        audience: issuer,
        expiresAt: seconds + lifetime,
        issuedAt: seconds,
        identifier: Base64.url.encode(SecureRandom.bytes(16))
      ),
      type: JWTPolicy.serviceType,
      keyID: keyID,
      with: .private(key)
    )
  }
}
