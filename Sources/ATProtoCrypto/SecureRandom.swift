import ATProtoSyntax
import CLibCrypto

/// Random bytes for keys, salts and tokens, from the generator of OpenSSL.
public enum SecureRandom {
  /// `count` unpredictable bytes.
  ///
  /// Traps when the operating system gives no entropy: nothing secure can be done then.
  public static func bytes(_ count: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      // RAND_priv_bytes: a generator of its own, so that public nonces tell nothing about keys.
      let status = count == 0 ? 1 : RAND_priv_bytes(buffer.baseAddress, Int32(count))
      precondition(status == 1, "the system gives no random bytes")
      initialized = count
    }
  }

  /// `count` random bytes as lowercase base32 text without padding: tokens that people type.
  package static func base32(_ count: Int) -> String {
    Base32.encode(bytes(count))
  }
}
