import ATProtoAuth
import ATProtoCrypto
import ATProtoSyntax

/// Makes and reads the tokens of sessions: HS256, told apart by `typ` and `scope` (XRPC
/// specification, "Authentication").
struct SessionIssuer: Sendable {
  private static let refreshScope = "com.atproto.refresh"

  /// An access token that was verified; whether its session is still alive, the database knows.
  struct AccessClaims: Sendable {
    var did: DID
    var scope: SessionScope
    var session: String
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

  func accessToken(for token: RefreshToken, at seconds: Int) -> String {
    JWT.sign(
      JWTClaims(
        subject: token.did.string,
        audience: audience,
        expiresAt: seconds + accessLifetime,
        issuedAt: seconds,
        // Two tokens of one second are two tokens.
        identifier: newID(),
        scope: token.grant.scope.rawValue,
        session: token.session
      ),
      type: JWTPolicy.accessType,
      with: .shared(key)
    )
  }

  func refreshToken(for token: RefreshToken, at seconds: Int) -> String {
    JWT.sign(
      JWTClaims(
        subject: token.did.string,
        audience: audience,
        expiresAt: token.expiresAt,
        issuedAt: seconds,
        identifier: token.id,
        scope: Self.refreshScope
      ),
      type: JWTPolicy.refreshType,
      with: .shared(key)
    )
  }

  func accessClaims(_ token: String, at seconds: Int) throws(JWTError) -> AccessClaims {
    let claims = try JWT(token).claims(
      verifiedWith: .shared(key),
      policy: .access(audience: audience),
      at: seconds
    )
    guard let scope = claims.scope.flatMap(SessionScope.init), let session = claims.session else {
      throw JWTError(.missingClaim, "not a token of a session")
    }
    return AccessClaims(did: try subject(of: claims), scope: scope, session: session)
  }

  func refreshClaims(_ token: String, at seconds: Int) throws(JWTError) -> RefreshClaims {
    let claims = try JWT(token).claims(
      verifiedWith: .shared(key),
      policy: .refresh(audience: audience),
      at: seconds
    )
    guard claims.scope == Self.refreshScope, let id = claims.identifier else {
      throw JWTError(.missingClaim, "not a token that renews a session")
    }
    return RefreshClaims(did: try subject(of: claims), id: id)
  }

  private func subject(of claims: JWTClaims) throws(JWTError) -> DID {
    guard let subject = claims.subject, let did = try? DID(subject) else {
      throw JWTError(.missingClaim, "not a token of an account")
    }
    return did
  }
}
