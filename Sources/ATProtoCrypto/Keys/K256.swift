import CSecp256k1

/// The context of libsecp256k1 that all operations share.
///
/// It is blinded with random bytes before its first use and only read after that; the library
/// allows reading from many threads at once.
private enum K256Context {
  nonisolated(unsafe) static let shared: OpaquePointer = {
    let flags = UInt32(SECP256K1_CONTEXT_SIGN | SECP256K1_CONTEXT_VERIFY)
    guard let context = secp256k1_context_create(flags) else {
      preconditionFailure("cannot create a context of libsecp256k1")
    }
    let status = secp256k1_context_randomize(context, SecureRandom.bytes(32))
    precondition(status == 1, "cannot blind the context of libsecp256k1")
    return context
  }()
}

struct K256PublicKey: Sendable {
  private let key: secp256k1_pubkey

  init(_ point: [UInt8]) throws(CryptoError) {
    var key = secp256k1_pubkey()
    guard secp256k1_ec_pubkey_parse(K256Context.shared, &key, point, point.count) == 1 else {
      throw CryptoError(.notOnCurve, "the key is not a point on K-256")
    }
    self.key = key
  }

  init(ofPrivate scalar: [UInt8]) throws(CryptoError) {
    var key = secp256k1_pubkey()
    guard secp256k1_ec_pubkey_create(K256Context.shared, &key, scalar) == 1 else {
      throw CryptoError(.scalarOutOfRange, "the scalar is not a private key of K-256")
    }
    self.key = key
  }

  func serialized(compressed: Bool) -> [UInt8] {
    let flags = UInt32(compressed ? SECP256K1_EC_COMPRESSED : SECP256K1_EC_UNCOMPRESSED)
    var length = compressed ? 33 : 65
    var point = [UInt8](repeating: 0, count: length)
    _ = withUnsafePointer(to: key) {
      secp256k1_ec_pubkey_serialize(K256Context.shared, &point, &length, $0, flags)
    }
    return point
  }

  /// The library accepts only signatures with a low s, as the protocol requires.
  func isValidSignature(_ signature: [UInt8], digest: SHA256Digest) -> Bool {
    var parsed = secp256k1_ecdsa_signature()
    // Rejects r or s at or above the order.
    guard secp256k1_ecdsa_signature_parse_compact(K256Context.shared, &parsed, signature) == 1
    else { return false }
    return digest.withUnsafeBytes { hash in
      withUnsafePointer(to: key) { key in
        let hash = hash.baseAddress?.assumingMemoryBound(to: UInt8.self)
        return secp256k1_ecdsa_verify(K256Context.shared, &parsed, hash!, key) == 1
      }
    }
  }
}

enum K256Signer {
  /// `scalar` was checked when its key was created. The library derives the nonce (RFC 6979).
  static func sign(_ digest: SHA256Digest, scalar: [UInt8]) -> [UInt8] {
    var signature = secp256k1_ecdsa_signature()
    let status = digest.withUnsafeBytes { hash in
      let hash = hash.baseAddress?.assumingMemoryBound(to: UInt8.self)
      return secp256k1_ecdsa_sign(K256Context.shared, &signature, hash!, scalar, nil, nil)
    }
    precondition(status == 1, "a checked private key can sign")
    var compact = [UInt8](repeating: 0, count: 64)
    _ = secp256k1_ecdsa_signature_serialize_compact(K256Context.shared, &compact, &signature)
    return compact
  }
}
