/// A public key on one of the protocol's curves. Its point has been checked to be on the curve.
public struct PublicKey: Sendable {
  enum Backing: Sendable {
    case k256(K256PublicKey)
    case p256(P256PublicKey)
  }

  let backing: Backing
  /// The point in compressed form, 33 bytes.
  public let compressed: [UInt8]

  /// The curve of the key.
  public var curve: Curve {
    switch backing {
    case .k256: .k256
    case .p256: .p256
    }
  }

  /// Reads a point in compressed (33 bytes) or uncompressed (65 bytes) form.
  ///
  /// Throws ``CryptoError/Code/wrongLength`` or ``CryptoError/Code/notOnCurve``. The hybrid forms
  /// of X9.62 and the point at infinity are rejected.
  public init(curve: Curve, point: [UInt8]) throws(CryptoError) {
    guard point.count == 33 || point.count == 65 else {
      throw CryptoError(.wrongLength, "a public key must have 33 or 65 bytes, not \(point.count)")
    }
    let prefixes: [UInt8] = point.count == 33 ? [2, 3] : [4]
    guard prefixes.contains(point[0]) else {
      throw CryptoError(
        .notOnCurve,
        "the first byte of a point of \(point.count) bytes is not valid"
      )
    }
    switch curve {
    case .k256: self.init(try K256PublicKey(point))
    case .p256: self.init(try P256PublicKey(point))
    }
  }

  init(_ key: K256PublicKey) {
    backing = .k256(key)
    compressed = key.serialized(compressed: true)
  }

  init(_ key: P256PublicKey) {
    backing = .p256(key)
    compressed = key.serialized(compressed: true)
  }

  /// The point in uncompressed form, 65 bytes.
  public var uncompressed: [UInt8] {
    switch backing {
    case .k256(let key): key.serialized(compressed: false)
    case .p256(let key): key.serialized(compressed: false)
    }
  }

  /// Whether `signature` is this key's signature of the SHA-256 of a message.
  ///
  /// A signature has 64 bytes, r and s, with s in the lower half of the order ("ECDSA Signature
  /// Malleability"). Anything else is invalid: high-S, DER, another length.
  public func isValidSignature(_ signature: [UInt8], for message: [UInt8]) -> Bool {
    isValidSignature(signature, digest: SHA256.hash(message))
  }

  /// The same, for a message whose digest is known.
  public func isValidSignature(_ signature: [UInt8], digest: SHA256Digest) -> Bool {
    guard signature.count == 64 else { return false }
    return switch backing {
    case .k256(let key): key.isValidSignature(signature, digest: digest)
    case .p256(let key): key.isValidSignature(signature, digest: digest)
    }
  }
}

extension PublicKey: Hashable {
  /// Whether both keys are the same point on the same curve.
  public static func == (lhs: PublicKey, rhs: PublicKey) -> Bool {
    lhs.curve == rhs.curve && lhs.compressed == rhs.compressed
  }

  /// Hashes the point.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(compressed)
  }
}

extension PublicKey: CustomStringConvertible {
  /// The key as a `did:key`.
  public var description: String { didKey }
}
