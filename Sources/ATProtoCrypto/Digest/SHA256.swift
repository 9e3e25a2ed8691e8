import CLibCrypto

/// SHA-256 (FIPS 180-4), of bytes at hand or of a stream of them.
///
/// A hasher value owns one context and may be used again after each ``finalize()``.
public struct SHA256: ~Copyable {
  private let context: OpaquePointer

  public init() {
    context = DigestContext.make()
    DigestContext.start(context)
  }

  deinit {
    EVP_MD_CTX_free(context)
  }

  public mutating func update(_ bytes: RawSpan) {
    bytes.withUnsafeBytes { DigestContext.update(context, $0) }
  }

  public mutating func update(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { DigestContext.update(context, $0) }
  }

  /// The digest of everything since the last call, or since the value was made.
  public mutating func finalize() -> SHA256Digest {
    let digest = DigestContext.finish(context)
    DigestContext.start(context)
    return digest
  }
}

// The pointer is owned by this value alone, and OpenSSL ties no context to a thread.
extension SHA256: @unchecked Sendable {}

extension SHA256 {
  public static func hash(_ bytes: RawSpan) -> SHA256Digest {
    bytes.withUnsafeBytes { hash($0) }
  }

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
