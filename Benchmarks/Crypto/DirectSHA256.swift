import CLibCrypto

/// SHA-256 as called by a C program: one fetch, one context.
final class DirectSHA256 {
  private let algorithm = EVP_MD_fetch(nil, "SHA256", nil)
  private let context = EVP_MD_CTX_new()
  private var digest = [UInt8](repeating: 0, count: 32)

  deinit {
    EVP_MD_CTX_free(context)
    EVP_MD_free(algorithm)
  }

  /// The first byte of the digest.
  func hash(_ bytes: [UInt8]) -> UInt8 {
    EVP_DigestInit_ex2(context, algorithm, nil)
    EVP_DigestUpdate(context, bytes, bytes.count)
    EVP_DigestFinal_ex(context, &digest, nil)
    return digest[0]
  }
}
