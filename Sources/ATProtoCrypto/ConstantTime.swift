import CLibCrypto

/// Compares secrets in a time that depends only on their lengths, not on their content.
public enum ConstantTime {
  /// Whether both have the same bytes.
  public static func areEqual(_ lhs: [UInt8], _ rhs: [UInt8]) -> Bool {
    lhs.count == rhs.count && CRYPTO_memcmp(lhs, rhs, lhs.count) == 0
  }

  /// Whether both have the same UTF-8 bytes.
  public static func areEqual(_ lhs: String, _ rhs: String) -> Bool {
    areEqual([UInt8](lhs.utf8), [UInt8](rhs.utf8))
  }
}
