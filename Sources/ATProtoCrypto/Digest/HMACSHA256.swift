/// HMAC with SHA-256 (RFC 2104).
public enum HMACSHA256 {
  private static let blockByteCount = 64

  public static func authenticate(_ message: [UInt8], key: [UInt8]) -> SHA256Digest {
    // RFC 2104, 2: a key longer than a block is hashed first, a shorter one padded with zeros.
    var block = key.count > blockByteCount ? SHA256.hash(key).bytes : key
    block.append(contentsOf: repeatElement(0, count: blockByteCount - block.count))
    let inner = SHA256.hash(block.map { $0 ^ 0x36 } + message)
    return SHA256.hash(block.map { $0 ^ 0x5c } + inner.bytes)
  }

  /// Compares in constant time.
  public static func isValid(_ tag: [UInt8], for message: [UInt8], key: [UInt8]) -> Bool {
    ConstantTime.areEqual(authenticate(message, key: key).bytes, tag)
  }
}
