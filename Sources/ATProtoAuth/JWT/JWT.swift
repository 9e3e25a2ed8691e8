import ATProtoData
import ATProtoSyntax

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
    guard token.utf8.count <= Self.maximumLength else {
      throw JWTError(.malformed, "the token is longer than \(Self.maximumLength) bytes")
    }
    let parts = token.split(separator: ".", maxSplits: 3, omittingEmptySubsequences: false)
    guard parts.count == 3 else {
      throw JWTError(.malformed, "the token does not have three parts")
    }
    let header = try JWTMembers(parts[0], "header")
    guard let signature = Base64.url.decode(parts[2]) else {
      throw JWTError(.malformed, "the signature is not base64url")
    }
    // RFC 7515, 4.1.11: a critical extension that is not understood makes the token invalid.
    if header.contains("crit") {
      throw JWTError(.malformed, "the token has critical extensions (crit)")
    }
    guard let name = try header.string("alg"), let algorithm = JWTAlgorithm(rawValue: name) else {
      throw JWTError(.algorithmNotAllowed, "unsupported algorithm (alg)")
    }
    self.algorithm = algorithm
    type = try header.string("typ")
    keyID = try header.string("kid")
    unverifiedClaims = try JWTClaims(JWTMembers(parts[1], "claims"))
    signedText = [UInt8]("\(parts[0]).\(parts[1])".utf8)
    self.signature = signature
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
    let parts = [header, claims.members].map { Base64.url.encode(DataValue.object($0).jsonBytes()) }
    let signedText = parts.joined(separator: ".")
    return signedText + "." + Base64.url.encode(key.sign([UInt8](signedText.utf8)))
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

/// The members of a token's header or claims.
struct JWTMembers {
  private let members: [String: JSONValue]

  init(_ part: Substring, _ name: String) throws(JWTError) {
    guard let bytes = Base64.url.decode(part) else {
      throw JWTError(.malformed, "the \(name) is not base64url")
    }
    let value: JSONValue
    do throws(DataError) {
      value = try JSONValue(json: bytes, limits: JWT.limits)
    } catch {
      throw JWTError(.malformed, "the \(name) is not a JSON object: \(error)")
    }
    guard case .object(let members) = value else {
      throw JWTError(.malformed, "the \(name) is not a JSON object")
    }
    self.members = members
  }

  func contains(_ name: String) -> Bool { members[name] != nil }

  func string(_ name: String) throws(JWTError) -> String? {
    switch members[name] {
    case nil: return nil
    case .string(let text): return text
    default: throw JWTError(.malformed, "'\(name)' is not a string")
    }
  }

  /// A NumericDate: "the number of seconds from 1970-01-01T00:00:00Z UTC", where "non-integer
  /// values can be represented" (RFC 7519, 2). A fraction of a second is dropped.
  func numericDate(_ name: String) throws(JWTError) -> Int? {
    switch members[name] {
    case nil: return nil
    case .integer(let seconds): return seconds
    case .fraction(let seconds):
      // Larger numbers have been rounded, and may be integers that are too long.
      if seconds.magnitude < 0x1p53 { return Int(seconds.rounded(.down)) }
      fallthrough
    default: throw JWTError(.malformed, "'\(name)' is not a number of seconds that fits in 64 bits")
    }
  }
}
