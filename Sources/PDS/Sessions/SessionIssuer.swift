import ATProtoCrypto
import ATProtoSyntax
import ServiceKit

/// Issues and verifies session tokens: JWTs signed with HS256, distinguished by `typ` and `scope`
/// (XRPC specification, "Authentication").
struct SessionIssuer: Sendable {
  private static let refreshScope = "com.atproto.refresh"

  /// The claims of a verified access token. Whether its session has ended is not checked.
  struct AccessClaims: Sendable {
    var did: DID
    var scope: SessionScope
    var session: String
  }

  /// The claims of a verified refresh token. Whether it has been revoked is not checked.
  struct RefreshClaims: Sendable {
    var did: DID
    var id: String
  }

  private let key: SymmetricKey
  /// The server's DID.
  private let audience: String
  private let accessLifetime: Int
  let refreshLifetime: Int

  /// Throws ``ServiceError/Code/configuration`` if the hostname is not valid.
  init(key: SymmetricKey, _ configuration: PDSConfiguration) throws(ServiceError) {
    self.key = key
    audience = try configuration.serverDID().string
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
        // Tokens issued within one second must differ.
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
      throw JWTError(.missingClaim, "not an access token of a session")
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
      throw JWTError(.missingClaim, "not a refresh token")
    }
    return RefreshClaims(did: try subject(of: claims), id: id)
  }

  private func subject(of claims: JWTClaims) throws(JWTError) -> DID {
    guard let subject = claims.subject, let did = try? DID(subject) else {
      throw JWTError(.missingClaim, "the subject is not the DID of an account")
    }
    return did
  }
}
