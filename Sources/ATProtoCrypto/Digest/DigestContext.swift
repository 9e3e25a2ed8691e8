import CLibCrypto

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Contexts of OpenSSL for SHA-256.
///
/// The algorithm is fetched once per process, because a fetch costs more than hashing a small
/// block. One-shot hashing uses the context of the calling thread, which is created once and freed
/// with the thread.
///
/// The calls below cannot fail with a fetched algorithm and a live context; their results are
/// checked anyway.
enum DigestContext {
  nonisolated(unsafe) private static let algorithm: OpaquePointer = {
    guard let algorithm = EVP_MD_fetch(nil, "SHA256", nil) else {
      preconditionFailure("OpenSSL does not provide SHA-256")
    }
    return algorithm
  }()

  private static let key: pthread_key_t = {
    var key = pthread_key_t()
    let status = pthread_key_create(&key) { EVP_MD_CTX_free(OpaquePointer($0)) }
    precondition(status == 0, "cannot create a key for thread-local storage")
    return key
  }()

  static func make() -> OpaquePointer {
    guard let context = EVP_MD_CTX_new() else { preconditionFailure("out of memory") }
    return context
  }

  /// The context of the calling thread.
  static var current: OpaquePointer {
    if let existing = pthread_getspecific(key) { return OpaquePointer(existing) }
    let context = make()
    pthread_setspecific(key, UnsafeRawPointer(context))
    return context
  }

  static func start(_ context: OpaquePointer) {
    let status = EVP_DigestInit_ex2(context, algorithm, nil)
    precondition(status == 1, "cannot start SHA-256")
  }

  static func update(_ context: OpaquePointer, _ bytes: UnsafeRawBufferPointer) {
    let status = EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
    precondition(status == 1, "cannot update SHA-256")
  }

  static func finish(_ context: OpaquePointer) -> SHA256Digest {
    withUnsafeTemporaryAllocation(byteCount: SHA256Digest.byteCount, alignment: 8) { buffer in
      let status = EVP_DigestFinal_ex(
        context,
        buffer.baseAddress?.assumingMemoryBound(to: UInt8.self),
        nil
      )
      precondition(status == 1, "cannot finish SHA-256")
      return SHA256Digest(unchecked: buffer.baseAddress!)
    }
  }
}
