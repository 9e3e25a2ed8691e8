import ATProtoSyntax
import CLibCrypto

/// A private key on one of the protocol's curves. Printing it does not reveal the secret.
public struct PrivateKey: Sendable {
  /// The public key.
  public let publicKey: PublicKey
  private let secret: SecretBytes

  /// The curve of the key.
  public var curve: Curve { publicKey.curve }

  /// Creates a random key.
  public init(generating curve: Curve = .k256) {
    while true {
      let scalar = SecureRandom.bytes(32)
      do throws(CryptoError) {
        self = try PrivateKey(curve: curve, rawRepresentation: scalar)
        return
      } catch {
        // A random scalar is out of range once in 2^32 (P-256) or 2^128 (K-256) draws.
        precondition(error.code == .scalarOutOfRange, "\(curve) is not available: \(error)")
      }
    }
  }

  /// Creates a key from its scalar: 32 bytes, most significant first.
  ///
  /// Throws ``CryptoError/Code/wrongLength`` or ``CryptoError/Code/scalarOutOfRange``.
  public init(curve: Curve, rawRepresentation: [UInt8]) throws(CryptoError) {
    guard rawRepresentation.count == 32 else {
      throw CryptoError(
        .wrongLength,
        "a private key must have 32 bytes, not \(rawRepresentation.count)"
      )
    }
    switch curve {
    case .k256: publicKey = PublicKey(try K256PublicKey(ofPrivate: rawRepresentation))
    case .p256: publicKey = PublicKey(try P256PublicKey(ofPrivate: rawRepresentation))
    }
    secret = SecretBytes(rawRepresentation)
  }

  /// Reads a private key in multikey form, `secp256k1-priv` or `p256-priv`. Throws a
  /// ``CryptoError``.
  public init(multikey: String) throws(CryptoError) {
    let bytes = try multibaseBytes(of: multikey)
    for curve in Curve.allCases where bytes.starts(with: curve.privateMulticodec) {
      try self.init(
        curve: curve,
        rawRepresentation: [UInt8](bytes.dropFirst(curve.privateMulticodec.count))
      )
      return
    }
    throw CryptoError(.unsupportedKeyType, "the key is neither a K-256 nor a P-256 private key")
  }

  /// The secret scalar: 32 bytes, most significant first.
  public var rawRepresentation: [UInt8] {
    secret.copy
  }

  /// The secret in multikey form.
  public var multikey: String {
    Multibase.base58btc(curve.privateMulticodec + rawRepresentation)
  }

  /// Signs the SHA-256 of a message. The signature has 64 bytes, r and s, with s in the lower half
  /// of the order.
  ///
  /// Both curves derive the nonce from the key and the message (RFC 6979), so each message has one
  /// signature.
  public func sign(_ message: [UInt8]) -> [UInt8] {
    sign(digest: SHA256.hash(message))
  }

  /// Signs a digest in the same way.
  public func sign(digest: SHA256Digest) -> [UInt8] {
    switch curve {
    case .k256: K256Signer.sign(digest, scalar: secret.copy)
    case .p256: P256Signer.sign(digest, scalar: secret.copy)
    }
  }
}

extension PrivateKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The public key, without the secret.
  public var description: String { "private key of \(publicKey.didKey)" }
  /// The public key, without the secret.
  public var debugDescription: String { description }
  /// A mirror without the secret, so that `dump` does not print it.
  public var customMirror: Mirror { Mirror(self, children: ["publicKey": publicKey.didKey]) }
}

/// Secret bytes: wiped with the last reference, and never printed.
///
/// Copies live as long as they are used and are not wiped.
final class SecretBytes: @unchecked Sendable {
  // Allocated separately, not an array: a copy of an array would share the storage when it is
  // wiped.
  private let memory: UnsafeMutableBufferPointer<UInt8>

  init(_ bytes: [UInt8]) {
    memory = .allocate(capacity: bytes.count)
    _ = memory.initialize(fromContentsOf: bytes)
  }

  deinit {
    OPENSSL_cleanse(memory.baseAddress, memory.count)
    memory.deallocate()
  }

  var copy: [UInt8] {
    [UInt8](memory)
  }
}

extension SecretBytes: CustomReflectable {
  var customMirror: Mirror { Mirror(self, children: []) }
}
