/// The requirements that a receiver has for a token. They list what is allowed.
public struct JWTPolicy: Hashable, Sendable {
  /// A requirement for `lxm`.
  public enum Method: Hashable, Sendable {
    /// `lxm` must be absent: a session token is not bound to a method, and a service token must not
    /// be used as a session token.
    case none
    /// `lxm` must be this NSID.
    case required(String)
  }

  /// The values of `alg` that are accepted.
  public var algorithms: Set<JWTAlgorithm>
  /// The values of `typ` that are accepted, compared case-insensitively (RFC 7515, 4.1.9).
  public var types: Set<String>
  /// The values of `typ` that are refused. Unless it is empty, ``types`` is not used: any other
  /// type is accepted, and none.
  public var refusedTypes: Set<String> = []
  /// The values of `aud` that are accepted, compared as a whole, including the service's fragment.
  public var audiences: Set<String>
  /// The only value of `iss` that is accepted, or nil if the caller finds the key by issuer.
  public var issuer: String?
  /// The requirement for `lxm`.
  public var method: Method
  /// The tolerated difference between clocks, in seconds.
  public var leeway: Int
  /// The longest time from now to `exp`, in seconds, or nil for any.
  public var maximumLifetime: Int?
  /// Whether the token must have a nonce (`jti`).
  public var requiresIdentifier: Bool

  /// Creates a policy.
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

  /// `typ` of access tokens (RFC 9068, 2.1).
  public static let accessType = "at+jwt"
  /// `typ` of refresh tokens.
  public static let refreshType = "refresh+jwt"
  /// `typ` of service tokens.
  public static let serviceType = "JWT"
  /// `typ` of DPoP proofs (RFC 9449, 4.2).
  public static let proofType = "dpop+jwt"

  /// The policy for access tokens that the service issues itself.
  public static func access(audience: String) -> JWTPolicy {
    JWTPolicy(algorithms: [.hs256], types: [accessType], audiences: [audience])
  }

  /// The policy for refresh tokens that the service issues itself.
  public static func refresh(audience: String) -> JWTPolicy {
    JWTPolicy(
      algorithms: [.hs256],
      types: [refreshType],
      audiences: [audience],
      requiresIdentifier: true
    )
  }

  /// The policy for service tokens, which the key of an account signs (XRPC specification,
  /// "Inter-Service Authentication"). Its `maximumLifetime` keeps the replay cache small.
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

  /// The policy for service tokens of any software, as the reference implementation applies it: any
  /// `typ` except those of session tokens and proofs, any lifetime, and an optional nonce.
  public static func anyService(audiences: Set<String>, method: String) -> JWTPolicy {
    var policy = JWTPolicy(
      algorithms: [.es256, .es256k],
      types: [],
      audiences: audiences,
      method: .required(method)
    )
    policy.refusedTypes = [accessType, refreshType, proofType]
    return policy
  }

  /// Checks everything except the signature, so that no key is looked up for a token that would be
  /// rejected anyway.
  package func check(_ token: JWT, at seconds: Int) throws(JWTError) {
    try check(type: token.type)
    try check(token.unverifiedClaims, at: seconds)
  }

  func check(type: String?) throws(JWTError) {
    let type = type?.lowercased()
    let accepted =
      refusedTypes.isEmpty
      ? types.contains { type == $0.lowercased() }
      : !refusedTypes.contains { type == $0.lowercased() }
    if !accepted {
      let type = type.map { "type '\($0)'" } ?? "no type"
      throw JWTError(.wrongType, "a token with \(type) (typ) is not accepted here")
    }
  }

  func check(_ claims: JWTClaims, at seconds: Int) throws(JWTError) {
    try checkTimes(of: claims, at: seconds)
    if let issuer, claims.issuer != issuer {
      throw JWTError(.wrongIssuer, "the issuer (iss) of the token is not \(issuer)")
    }
    guard let audience = claims.audience, audiences.contains(audience) else {
      let audience = claims.audience.map { "for \($0)" } ?? "without an audience (aud)"
      throw JWTError(.wrongAudience, "a token \(audience) is not accepted here")
    }
    switch method {
    case .none:
      if claims.method != nil {
        throw JWTError(.wrongMethod, "a token for a single method (lxm) is not accepted here")
      }
    case .required(let method):
      guard let claimed = claims.method else {
        throw JWTError(.missingClaim, "the token does not name a method (lxm)")
      }
      guard claimed == method else {
        throw JWTError(.wrongMethod, "the token is for method \(claimed), not \(method)")
      }
    }
    if requiresIdentifier, claims.identifier?.isEmpty ?? true {
      throw JWTError(.missingClaim, "the token does not have a nonce (jti)")
    }
  }

  /// Uses only sums that cannot overflow, regardless of the numbers in the token.
  private func checkTimes(of claims: JWTClaims, at seconds: Int) throws(JWTError) {
    guard let expiry = claims.expiresAt else {
      throw JWTError(.missingClaim, "the token does not expire (exp)")
    }
    // RFC 7519, 4.1.4: "on or after which the JWT MUST NOT be accepted".
    guard expiry > seconds - leeway else { throw JWTError(.expired, "the token has expired") }
    if let maximumLifetime, expiry > seconds + maximumLifetime + leeway {
      throw JWTError(.expired, "the token is valid for longer than \(maximumLifetime) seconds")
    }
    for start in [claims.notBefore, claims.issuedAt] {
      if let start, start > seconds + leeway {
        throw JWTError(.notYetValid, "the token is not valid yet")
      }
    }
  }
}
