public import ATProtoCrypto

/// The signature algorithms of tokens (RFC 7518, 3.1; RFC 8812, 3.2).
///
/// `none` cannot be expressed.
public enum JWTAlgorithm: String, Hashable, Sendable {
  /// HMAC with SHA-256, with a secret that the issuer and the receiver share.
  case hs256 = "HS256"
  /// ECDSA with SHA-256 on P-256.
  case es256 = "ES256"
  /// ECDSA with SHA-256 on secp256k1.
  case es256k = "ES256K"

  init(_ curve: Curve) {
    switch curve {
    case .k256: self = .es256k
    case .p256: self = .es256
    }
  }
}

/// The key that signs a token.
public enum JWTSigningKey: Sendable {
  /// A secret that the receiver also knows.
  case shared(SymmetricKey)
  /// A private key; the receiver knows its public key.
  case `private`(PrivateKey)

  var algorithm: JWTAlgorithm {
    switch self {
    case .shared: .hs256
    case .private(let key): JWTAlgorithm(key.curve)
    }
  }

  func sign(_ message: [UInt8]) -> [UInt8] {
    switch self {
    case .shared(let key):
      HMACSHA256.authenticate(message, key: key.rawRepresentation).bytes
    case .private(let key): key.sign(message)
    }
  }
}

/// The key that verifies a token.
///
/// The key, never the token, determines the algorithm, so a public key cannot be used as a shared
/// secret.
public enum JWTVerificationKey: Sendable {
  /// The secret that signed the token.
  case shared(SymmetricKey)
  /// The public key of the private key that signed the token.
  case `public`(PublicKey)

  var algorithm: JWTAlgorithm {
    switch self {
    case .shared: .hs256
    case .public(let key): JWTAlgorithm(key.curve)
    }
  }

  func isValid(_ signature: [UInt8], for message: [UInt8]) -> Bool {
    switch self {
    case .shared(let key):
      HMACSHA256.isValid(signature, for: message, key: key.rawRepresentation)
    case .public(let key): key.isValidSignature(signature, for: message)
    }
  }
}
