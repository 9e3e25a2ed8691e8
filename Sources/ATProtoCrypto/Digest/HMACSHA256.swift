/// HMAC with SHA-256 (RFC 2104).
public enum HMACSHA256 {
  private static let blockByteCount = 64

  /// Returns the authentication code of a message.
  public static func authenticate(_ message: [UInt8], key: [UInt8]) -> SHA256Digest {
    // RFC 2104, 2: a key longer than a block is hashed first, and a shorter one is padded with
    // zeros.
    let key = key.count > blockByteCount ? SHA256.hash(key).bytes : key
    let context = DigestContext.current
    return withUnsafeTemporaryAllocation(byteCount: blockByteCount, alignment: 8) { block in
      func start(_ pad: UInt8) {
        for index in block.indices { block[index] = (index < key.count ? key[index] : 0) ^ pad }
        DigestContext.start(context)
        DigestContext.update(context, UnsafeRawBufferPointer(block))
      }
      start(0x36)
      message.withUnsafeBytes { DigestContext.update(context, $0) }
      let inner = DigestContext.finish(context)
      start(0x5c)
      inner.withUnsafeBytes { DigestContext.update(context, $0) }
      return DigestContext.finish(context)
    }
  }

  /// Whether `tag` is the authentication code of a message. Compares in constant time.
  public static func isValid(_ tag: [UInt8], for message: [UInt8], key: [UInt8]) -> Bool {
    ConstantTime.areEqual(authenticate(message, key: key).bytes, tag)
  }
}
