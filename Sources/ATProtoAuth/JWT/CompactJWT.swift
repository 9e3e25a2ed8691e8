import ATProtoCrypto
import ATProtoData
import ATProtoSyntax

/// The parts of a signed JSON Web Token in compact form (RFC 7515, 7.1): its header and claims as
/// JSON, before any meaning is given to the claims.
///
///     token = base64url(header) "." base64url(claims) "." base64url(signature)
struct CompactJWT: Sendable {
  let header: JWTMembers
  let claims: JWTMembers
  let algorithm: JWTAlgorithm
  let signedText: [UInt8]
  let signature: [UInt8]

  init(_ token: String) throws(JWTError) {
    guard token.utf8.count <= JWT.maximumLength else {
      throw JWTError(.malformed, "the token is longer than \(JWT.maximumLength) bytes")
    }
    // By bytes: characters took a tenth of the time of a DPoP proof.
    let parts = token.utf8.split(
      separator: UInt8(ascii: "."),
      maxSplits: 3,
      omittingEmptySubsequences: false
    )
    guard parts.count == 3 else {
      throw JWTError(.malformed, "the token does not have three parts")
    }
    header = try JWTMembers(Substring(parts[0]), "header")
    guard let signature = Base64.url.decode(Substring(parts[2])) else {
      throw JWTError(.malformed, "the signature is not base64url")
    }
    // RFC 7515, 4.1.11: a critical extension that is not understood makes the token invalid.
    if header["crit"] != nil {
      throw JWTError(.malformed, "the token has critical extensions (crit)")
    }
    guard let name = try header.string("alg"), let algorithm = JWTAlgorithm(rawValue: name) else {
      throw JWTError(.algorithmNotAllowed, "unsupported algorithm (alg)")
    }
    self.algorithm = algorithm
    claims = try JWTMembers(Substring(parts[1]), "claims")
    signedText = [UInt8](token.utf8[..<parts[1].endIndex])
    self.signature = signature
  }

  /// Checks a signature that clients of other make created: s may lie in either half of the order.
  func checkSignature(of key: PublicKey) throws(JWTError) {
    guard algorithm == JWTAlgorithm(key.curve) else {
      throw JWTError(.algorithmNotAllowed, "algorithm \(algorithm.rawValue) is not the key's")
    }
    guard key.isValidSignatureWithAnyS(signature, for: signedText) else {
      throw JWTError(.badSignature, "the signature is not valid")
    }
  }

  static func sign(_ header: DataObject, _ claims: DataObject, with key: JWTSigningKey) -> String {
    let parts = [header, claims].map { Base64.url.encode(DataValue.object($0).jsonBytes()) }
    let signedText = parts.joined(separator: ".")
    return signedText + "." + Base64.url.encode(key.sign([UInt8](signedText.utf8)))
  }
}

/// The members of a token's header or claims.
struct JWTMembers: Sendable {
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

  subscript(name: String) -> JSONValue? { members[name] }

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
      // Larger numbers are rounded, and may be integers that are too long.
      if seconds.magnitude < 0x1p53 { return Int(seconds.rounded(.down)) }
      fallthrough
    default: throw JWTError(.malformed, "'\(name)' is not a number of seconds of 64 bits")
    }
  }
}
