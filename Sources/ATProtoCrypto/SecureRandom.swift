import ATProtoSyntax
import CLibCrypto

/// Random bytes for keys, salts and tokens, from OpenSSL's generator.
public enum SecureRandom {
  /// Returns `count` unpredictable bytes.
  ///
  /// Traps if the operating system does not provide entropy, because nothing would be secure
  /// without it.
  public static func bytes(_ count: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      // RAND_priv_bytes uses its own generator, so that public nonces reveal nothing about keys.
      let status = count == 0 ? 1 : RAND_priv_bytes(buffer.baseAddress, Int32(count))
      precondition(status == 1, "the operating system does not provide random bytes")
      initialized = count
    }
  }

  /// Returns `count` random bytes as lowercase base32 text without padding, for tokens that people
  /// type.
  package static func base32(_ count: Int) -> String {
    Base32.encode(bytes(count))
  }
}
