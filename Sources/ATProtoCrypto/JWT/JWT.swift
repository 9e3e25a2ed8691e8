import ATProtoSyntax

/// A signed JSON Web Token in compact form (RFC 7515, 7.1), read but not yet believed.
///
///     token = base64url(header) "." base64url(claims) "." base64url(signature)
///
/// ``claims(verifiedWith:policy:at:)`` is the way to claims that are true. The unverified ones
/// serve to find the key of the issuer.
public struct JWT: Sendable {
  /// The greatest length of a token, in bytes.
  public static let maximumLength = 8192

  public let algorithm: JWTAlgorithm
  /// `typ`, as it was written.
  public let type: String?
  /// `kid`, the fragment of the verification method in a service token, with its `#`.
  public let keyID: String?
  public let unverifiedClaims: JWTClaims

  private let signedText: [UInt8]
  private let signature: [UInt8]

  /// Throws ``JWTError/Code/malformed``, or ``JWTError/Code/algorithmNotAllowed`` for `none` and
  /// whatever else is not a ``JWTAlgorithm``.
  public init(_ token: String) throws(JWTError) {
    guard token.utf8.count <= Self.maximumLength else {
      throw JWTError(.malformed, "a token has at most \(Self.maximumLength) bytes")
    }
    let parts = token.split(separator: ".", maxSplits: 3, omittingEmptySubsequences: false)
    guard parts.count == 3 else { throw JWTError(.malformed, "a token has three parts") }
    let header = try Self.object(parts[0], "header")
    guard let signature = Base64.url.decode(parts[2]) else {
      throw JWTError(.malformed, "the signature is not base64url")
    }
    // RFC 7515, 4.1.11: what is critical and not understood makes the token invalid.
    if header["crit"] != nil { throw JWTError(.malformed, "a critical extension") }
    guard let name = try header.string("alg"), let algorithm = JWTAlgorithm(rawValue: name) else {
      throw JWTError(.algorithmNotAllowed, "the algorithm is none of ours")
    }
    self.algorithm = algorithm
    type = try header.string("typ")
    keyID = try header.string("kid")
    unverifiedClaims = try JWTClaims(Self.object(parts[1], "claims"))
    signedText = [UInt8]("\(parts[0]).\(parts[1])".utf8)
    self.signature = signature
  }

  /// Writes and signs a token.
  public static func sign(
    _ claims: JWTClaims,
    type: String,
    keyID: String? = nil,
    with key: JWTSigningKey
  ) -> String {
    let header = FlatJSON.write([
      ("typ", .string(type)), ("alg", .string(key.algorithm.rawValue)),
      ("kid", keyID.map(FlatJSON.Value.string)),
    ])
    let parts = [header, claims.json].map { Base64.url.encode([UInt8]($0.utf8)) }
    let signedText = parts.joined(separator: ".")
    return signedText + "." + Base64.url.encode(key.sign([UInt8](signedText.utf8)))
  }

  /// The claims, after the signature and everything that `policy` asks for were checked.
  ///
  /// - Parameter seconds: the present time, in seconds since 1970.
  public func claims(
    verifiedWith key: JWTVerificationKey,
    policy: JWTPolicy,
    at seconds: Int
  ) throws(JWTError) -> JWTClaims {
    guard policy.algorithms.contains(algorithm), algorithm == key.algorithm else {
      throw JWTError(.algorithmNotAllowed, "\(algorithm.rawValue) is not allowed here")
    }
    guard key.isValid(signature, for: signedText) else {
      throw JWTError(.badSignature, "the signature does not verify")
    }
    try policy.check(type: type)
    try policy.check(unverifiedClaims, at: seconds)
    return unverifiedClaims
  }

  private static func object(
    _ part: Substring,
    _ name: String
  ) throws(JWTError) -> [String: FlatJSON.Value] {
    guard let bytes = Base64.url.decode(part), let members = FlatJSON.read(bytes) else {
      throw JWTError(.malformed, "the \(name) is not a JSON object in base64url")
    }
    return members
  }
}
