import CLibCrypto

/// OpenSSL's P-256 as called by a C program: contexts created once, random nonces, signatures in
/// DER with either s.
final class DirectP256 {
  private let key: OpaquePointer
  private let signing: OpaquePointer
  private let verifying: OpaquePointer

  init() {
    let generation = EVP_PKEY_CTX_new_id(EVP_PKEY_EC, nil)
    defer { EVP_PKEY_CTX_free(generation) }
    var key: OpaquePointer?
    EVP_PKEY_keygen_init(generation)
    EVP_PKEY_CTX_set_ec_paramgen_curve_nid(generation, NID_X9_62_prime256v1)
    EVP_PKEY_keygen(generation, &key)
    self.key = key!
    signing = EVP_PKEY_CTX_new(key, nil)
    verifying = EVP_PKEY_CTX_new(key, nil)
    EVP_PKEY_sign_init(signing)
    EVP_PKEY_verify_init(verifying)
  }

  deinit {
    EVP_PKEY_CTX_free(signing)
    EVP_PKEY_CTX_free(verifying)
    EVP_PKEY_free(key)
  }

  func sign(_ digest: [UInt8]) -> [UInt8] {
    var signature = [UInt8](repeating: 0, count: 72)
    var count = signature.count
    EVP_PKEY_sign(signing, &signature, &count, digest, digest.count)
    signature.removeLast(signature.count - count)
    return signature
  }

  /// Returns 1 if the signature is valid.
  func verify(_ digest: [UInt8], _ signature: [UInt8]) -> Int {
    Int(EVP_PKEY_verify(verifying, signature, signature.count, digest, digest.count))
  }
}
