import CSecp256k1

/// libsecp256k1 as called by a C program, with signatures of 64 bytes.
final class DirectK256 {
  private let context: OpaquePointer
  private var key = secp256k1_pubkey()
  private let secret = [UInt8](repeating: 7, count: 32)

  init() {
    context = secp256k1_context_create(
      UInt32(SECP256K1_CONTEXT_SIGN | SECP256K1_CONTEXT_VERIFY)
    )
    _ = secp256k1_ec_pubkey_create(context, &key, secret)
  }

  deinit {
    secp256k1_context_destroy(context)
  }

  func sign(_ digest: [UInt8]) -> [UInt8] {
    var signature = secp256k1_ecdsa_signature()
    _ = secp256k1_ecdsa_sign(context, &signature, digest, secret, nil, nil)
    var compact = [UInt8](repeating: 0, count: 64)
    _ = secp256k1_ecdsa_signature_serialize_compact(context, &compact, &signature)
    return compact
  }

  /// Returns 1 if the signature is valid.
  func verify(_ digest: [UInt8], _ compact: [UInt8]) -> Int {
    var signature = secp256k1_ecdsa_signature()
    _ = secp256k1_ecdsa_signature_parse_compact(context, &signature, compact)
    return Int(secp256k1_ecdsa_verify(context, &signature, digest, &key))
  }
}
