/// What a receiver asks of a token. Everything is an allow-list.
public struct JWTPolicy: Hashable, Sendable {
  /// What `lxm` must be.
  public enum Method: Hashable, Sendable {
    /// `lxm` must be absent: a session token is not bound to a method, and a service token must
    /// not pass for one.
    case none
    /// `lxm` must be this NSID.
    case required(String)
  }

  public var algorithms: Set<JWTAlgorithm>
  /// The values of `typ` that are accepted, compared without case (RFC 7515, 4.1.9).
  public var types: Set<String>
  /// The values of `aud` that are accepted, whole, with the service's fragment where there is one.
  public var audiences: Set<String>
  /// The one value of `iss` that is accepted; nil where the caller finds the key by issuer.
  public var issuer: String?
  public var method: Method
  /// By how many seconds clocks may differ.
  public var leeway: Int
  /// The greatest time from now to `exp`, in seconds; nil for any.
  public var maximumLifetime: Int?
  public var requiresIdentifier: Bool

  public init(
    algorithms: Set<JWTAlgorithm>,
    types: Set<String>,
    audiences: Set<String>,
    issuer: String? = nil,
    method: Method = .none,
    leeway: Int = 5,
    maximumLifetime: Int? = nil,
    requiresIdentifier: Bool = false
  ) {
    self.algorithms = algorithms
    self.types = types
    self.audiences = audiences
    self.issuer = issuer
    self.method = method
    self.leeway = leeway
    self.maximumLifetime = maximumLifetime
    self.requiresIdentifier = requiresIdentifier
  }

  /// `typ` of access tokens, after RFC 9068.
  public static let accessType = "at+jwt"
  public static let refreshType = "refresh+jwt"
  /// `typ` of inter-service tokens.
  public static let serviceType = "JWT"

  /// For access tokens that the service issued itself.
  public static func access(audience: String) -> JWTPolicy {
    JWTPolicy(algorithms: [.hs256], types: [accessType], audiences: [audience])
  }

  /// For refresh tokens that the service issued itself.
  public static func refresh(audience: String) -> JWTPolicy {
    JWTPolicy(
      algorithms: [.hs256],
      types: [refreshType],
      audiences: [audience],
      requiresIdentifier: true
    )
  }

  /// For inter-service tokens, signed with the key of an account (XRPC specification,
  /// "Inter-Service Authentication"). `maximumLifetime` keeps the replay cache small.
  public static func service(audiences: Set<String>, method: String) -> JWTPolicy {
    JWTPolicy(
      algorithms: [.es256, .es256k],
      types: [serviceType],
      audiences: audiences,
      method: .required(method),
      maximumLifetime: 3600,
      requiresIdentifier: true
    )
  }

  /// Checks all but the signature, so that nobody looks up the key of a token that is of no use.
  package func check(_ token: JWT, at seconds: Int) throws(JWTError) {
    try check(type: token.type)
    try check(token.unverifiedClaims, at: seconds)
  }

  func check(type: String?) throws(JWTError) {
    let accepted = types.contains { type?.lowercased() == $0.lowercased() }
    if !accepted {
      throw JWTError(.wrongType, "a token of type \(type ?? "nothing") is not accepted here")
    }
  }

  func check(_ claims: JWTClaims, at seconds: Int) throws(JWTError) {
    try checkTimes(of: claims, at: seconds)
    if let issuer, claims.issuer != issuer {
      throw JWTError(.wrongIssuer, "the token is not from \(issuer)")
    }
    guard let audience = claims.audience, audiences.contains(audience) else {
      throw JWTError(.wrongAudience, "the token is for \(claims.audience ?? "nobody")")
    }
    switch method {
    case .none:
      if claims.method != nil {
        throw JWTError(.wrongMethod, "a token for one method is not accepted here")
      }
    case .required(let method):
      guard let claimed = claims.method else {
        throw JWTError(.missingClaim, "the token names no method (lxm)")
      }
      guard claimed == method else {
        throw JWTError(.wrongMethod, "the token is for \(claimed), not \(method)")
      }
    }
    if requiresIdentifier, claims.identifier?.isEmpty ?? true {
      throw JWTError(.missingClaim, "the token has no nonce (jti)")
    }
  }

  /// Differences are taken so that no number in a token can overflow.
  private func checkTimes(of claims: JWTClaims, at seconds: Int) throws(JWTError) {
    guard let expiry = claims.expiresAt else {
      throw JWTError(.missingClaim, "the token has no expiry (exp)")
    }
    // RFC 7519, 4.1.4: "on or after which the JWT MUST NOT be accepted".
    guard expiry > seconds - leeway else { throw JWTError(.expired, "the token is expired") }
    if let maximumLifetime, expiry > seconds + maximumLifetime + leeway {
      throw JWTError(.expired, "the token lives longer than \(maximumLifetime) s")
    }
    for start in [claims.notBefore, claims.issuedAt] {
      if let start, start > seconds + leeway {
        throw JWTError(.notYetValid, "the token is from the future")
      }
    }
  }
}
