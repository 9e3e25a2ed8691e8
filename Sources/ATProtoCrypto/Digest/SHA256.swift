import CLibCrypto

/// SHA-256 (FIPS 180-4), of bytes in memory or of a stream.
///
/// A hasher owns one context and can be reused after ``finalize()``.
public struct SHA256: ~Copyable {
  private let context: OpaquePointer

  /// Creates a hasher.
  public init() {
    context = DigestContext.make()
    DigestContext.start(context)
  }

  deinit {
    EVP_MD_CTX_free(context)
  }

  /// Adds bytes to the stream.
  public mutating func update(_ bytes: RawSpan) {
    bytes.withUnsafeBytes { DigestContext.update(context, $0) }
  }

  /// Adds bytes to the stream.
  public mutating func update(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { DigestContext.update(context, $0) }
  }

  /// Returns the digest of the bytes since the last call, or since the hasher was created.
  public mutating func finalize() -> SHA256Digest {
    let digest = DigestContext.finish(context)
    DigestContext.start(context)
    return digest
  }
}

// Only this value owns the pointer, and OpenSSL does not tie a context to a thread.
extension SHA256: @unchecked Sendable {}

extension SHA256 {
  /// Returns the digest of bytes.
  public static func hash(_ bytes: RawSpan) -> SHA256Digest {
    bytes.withUnsafeBytes { hash($0) }
  }

  /// Returns the digest of bytes.
  public static func hash(_ bytes: [UInt8]) -> SHA256Digest {
    bytes.withUnsafeBytes { hash($0) }
  }

  /// The digest of the UTF-8 bytes of `text`.
  public static func hash(_ text: String) -> SHA256Digest {
    var text = text
    return text.withUTF8 { hash(UnsafeRawBufferPointer($0)) }
  }

  package static func hash(_ bytes: UnsafeRawBufferPointer) -> SHA256Digest {
    let context = DigestContext.current
    DigestContext.start(context)
    DigestContext.update(context, bytes)
    return DigestContext.finish(context)
  }
}
