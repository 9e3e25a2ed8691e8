/// A secret key for HMAC with SHA-256. Printing it does not reveal the key.
public struct SymmetricKey: Sendable {
  private let secret: SecretBytes

  /// Creates a random key of 32 bytes.
  public init() {
    secret = SecretBytes(SecureRandom.bytes(32))
  }

  /// Creates a key from at least 32 bytes.
  ///
  /// RFC 7518, 3.2: "A key of the same size as the hash output or larger MUST be used". Throws
  /// ``CryptoError/Code/wrongLength`` for a shorter key.
  public init(_ bytes: [UInt8]) throws(CryptoError) {
    guard bytes.count >= 32 else {
      throw CryptoError(.wrongLength, "a key for HMAC-SHA-256 must have at least 32 bytes")
    }
    secret = SecretBytes(bytes)
  }

  /// The bytes of the key.
  public var rawRepresentation: [UInt8] {
    secret.copy
  }
}

extension SymmetricKey: CustomStringConvertible, CustomReflectable {
  /// The words "symmetric key", without the key.
  public var description: String { "symmetric key" }

  /// A mirror without the key, so that `dump` does not print it.
  public var customMirror: Mirror { Mirror(self, children: []) }
}
