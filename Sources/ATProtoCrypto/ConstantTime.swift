import CLibCrypto

/// Comparison of secrets whose duration depends on lengths alone, not on content.
public enum ConstantTime {
  public static func areEqual(_ lhs: [UInt8], _ rhs: [UInt8]) -> Bool {
    lhs.count == rhs.count && CRYPTO_memcmp(lhs, rhs, lhs.count) == 0
  }

  public static func areEqual(_ lhs: String, _ rhs: String) -> Bool {
    areEqual([UInt8](lhs.utf8), [UInt8](rhs.utf8))
  }
}
