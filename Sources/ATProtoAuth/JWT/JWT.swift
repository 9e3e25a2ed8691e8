import ATProtoData

/// A signed JSON Web Token in compact form (RFC 7515, 7.1), read but not yet verified.
///
///     token = base64url(header) "." base64url(claims) "." base64url(signature)
///
/// Header and claims are JSON objects as RFC 8259 defines them, not data of the AT Protocol:
/// unknown members may contain anything, including numbers with fractions. A token with a repeated
/// member is rejected, which RFC 7515, 4 and RFC 7519, 4 allow.
///
/// Use ``claims(verifiedWith:policy:at:)`` to get verified claims. Use the unverified claims only
/// to find the issuer's key.
public struct JWT: Sendable {
  /// The length of the longest token that is accepted, in bytes.
  public static let maximumLength = 8192

  /// Limits for header and claims; the length of the token limits everything else.
  static let limits = DataLimits(
    inputSize: maximumLength,
    depth: 16,
    elements: maximumLength,
    stringLength: maximumLength,
    keyLength: maximumLength
  )

  /// `alg` of the header. The key determines whether it is accepted.
  public let algorithm: JWTAlgorithm
  /// `typ` of the header, as it was written.
  public let type: String?
  /// `kid` of the header: in a service token, the fragment of the verification method with its `#`.
  public let keyID: String?
  /// The claims before the signature is checked.
  public let unverifiedClaims: JWTClaims

  private let signedText: [UInt8]
  private let signature: [UInt8]

  /// Reads a token.
  ///
  /// Throws ``JWTError/Code/malformed``, or ``JWTError/Code/algorithmNotAllowed`` for `none` and
  /// any other algorithm that is not a ``JWTAlgorithm``.
  public init(_ token: String) throws(JWTError) {
    let compact = try CompactJWT(token)
    algorithm = compact.algorithm
    type = try compact.header.string("typ")
    keyID = try compact.header.string("kid")
    unverifiedClaims = try JWTClaims(compact.claims)
    signedText = compact.signedText
    signature = compact.signature
  }

  /// Signs claims and returns the token.
  ///
  /// - Parameters:
  ///   - type: `typ` of the header, such as ``JWTPolicy/serviceType``.
  ///   - keyID: `kid` of the header.
  ///   - key: the key, which determines `alg`.
  public static func sign(
    _ claims: JWTClaims,
    type: String,
    keyID: String? = nil,
    with key: JWTSigningKey
  ) -> String {
    var header: DataObject = ["typ": .string(type), "alg": .string(key.algorithm.rawValue)]
    header["kid"] = keyID.map(DataValue.string)
    return CompactJWT.sign(header, claims.members, with: key)
  }

  /// Returns the claims after checking the signature and every requirement of `policy`.
  ///
  /// - Parameter seconds: the current time, in seconds since 1970.
  public func claims(
    verifiedWith key: JWTVerificationKey,
    policy: JWTPolicy,
    at seconds: Int
  ) throws(JWTError) -> JWTClaims {
    guard policy.algorithms.contains(algorithm), algorithm == key.algorithm else {
      throw JWTError(.algorithmNotAllowed, "algorithm \(algorithm.rawValue) is not allowed here")
    }
    guard key.isValid(signature, for: signedText) else {
      throw JWTError(.badSignature, "the signature is not valid")
    }
    try policy.check(type: type)
    try policy.check(unverifiedClaims, at: seconds)
    return unverifiedClaims
  }
}
