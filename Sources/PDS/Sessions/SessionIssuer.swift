import ATProtoCrypto
import ATProtoSyntax

/// Makes and reads the tokens of sessions: HS256, told apart by `typ` and `scope` (XRPC
/// specification, "Authentication").
struct SessionIssuer: Sendable {
  enum Scope {
    static let access = "com.atproto.access"
    static let refresh = "com.atproto.refresh"
  }

  /// A refresh token that was verified; whether it is still good, the database knows.
  struct RefreshClaims: Sendable {
    var did: DID
    var id: String
  }

  private let key: SymmetricKey
  /// The server's DID.
  private let audience: String
  private let accessLifetime: Int
  let refreshLifetime: Int

  init(key: SymmetricKey, audience: String, _ configuration: PDSConfiguration) {
    self.key = key
    self.audience = audience
    accessLifetime = configuration.accessTokenLifetime
    refreshLifetime = configuration.refreshTokenLifetime
  }

  func newID() -> String {
    SecureRandom.base32(20)
  }

  func accessToken(for did: DID, at seconds: Int) -> String {
    JWT.sign(
      JWTClaims(
        subject: did.string,
        audience: audience,
        expiresAt: seconds + accessLifetime,
        issuedAt: seconds,
        // Two tokens of one second are two tokens.
        identifier: newID(),
        scope: Scope.access
      ),
      type: JWTPolicy.accessType,
      with: .shared(key)
    )
  }

  func refreshToken(for did: DID, id: String, expiresAt: Int, at seconds: Int) -> String {
    JWT.sign(
      JWTClaims(
        subject: did.string,
        audience: audience,
        expiresAt: expiresAt,
        issuedAt: seconds,
        identifier: id,
        scope: Scope.refresh
      ),
      type: JWTPolicy.refreshType,
      with: .shared(key)
    )
  }

  /// Whose access token it is.
  func accessClaims(_ token: String, at seconds: Int) throws(JWTError) -> DID {
    let claims = try JWT(token).claims(
      verifiedWith: .shared(key),
      policy: .access(audience: audience),
      at: seconds
    )
    return try subject(of: claims, scope: Scope.access)
  }

  func refreshClaims(_ token: String, at seconds: Int) throws(JWTError) -> RefreshClaims {
    let claims = try JWT(token).claims(
      verifiedWith: .shared(key),
      policy: .refresh(audience: audience),
      at: seconds
    )
    guard let id = claims.identifier else { throw JWTError(.missingClaim, "no jti") }
    return RefreshClaims(did: try subject(of: claims, scope: Scope.refresh), id: id)
  }

  private func subject(of claims: JWTClaims, scope: String) throws(JWTError) -> DID {
    guard claims.scope == scope, let subject = claims.subject, let did = try? DID(subject) else {
      throw JWTError(.missingClaim, "not a token of a session")
    }
    return did
  }
}
