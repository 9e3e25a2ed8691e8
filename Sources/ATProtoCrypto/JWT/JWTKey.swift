/// A secret for HS256. It does not print itself.
public struct SymmetricKey: Sendable {
  private let secret: SecretBytes

  /// A new random key of 32 bytes.
  public init() {
    secret = SecretBytes(SecureRandom.bytes(32))
  }

  /// Throws ``CryptoError/Code/wrongLength`` below 32 bytes: RFC 7518, 3.2, "A key of the same
  /// size as the hash output or larger MUST be used".
  public init(_ bytes: [UInt8]) throws(CryptoError) {
    guard bytes.count >= 32 else {
      throw CryptoError(.wrongLength, "a key for HS256 has at least 32 bytes")
    }
    secret = SecretBytes(bytes)
  }

  public var rawRepresentation: [UInt8] {
    secret.copy
  }
}

extension SymmetricKey: CustomStringConvertible, CustomReflectable {
  public var description: String { "symmetric key" }
  public var customMirror: Mirror { Mirror(self, children: []) }
}

/// The algorithms of tokens. There is no way to say `none`.
public enum JWTAlgorithm: String, Hashable, Sendable {
  case hs256 = "HS256"
  case es256 = "ES256"
  case es256k = "ES256K"

  init(_ curve: Curve) {
    switch curve {
    case .k256: self = .es256k
    case .p256: self = .es256
    }
  }
}

/// What a token is signed with.
public enum JWTSigningKey: Sendable {
  case shared(SymmetricKey)
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

/// What a token is verified with. The key decides the algorithm, never the token, so that a
/// public key cannot be taken for a shared secret.
public enum JWTVerificationKey: Sendable {
  case shared(SymmetricKey)
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
