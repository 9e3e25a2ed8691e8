import CLibCrypto

/// OpenSSL's group P-256 and its constants. Created once, and only read after that.
enum P256Curve {
  nonisolated(unsafe) static let group: OpaquePointer = {
    guard let group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1) else {
      preconditionFailure("OpenSSL does not provide P-256")
    }
    return group
  }()

  /// The order n (FIPS 186-4, D.1.2.3), most significant byte first.
  static let order: [UInt8] = [
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
  ]

  /// (n - 1) / 2, the greatest s of a low-S signature.
  static let halfOrder: [UInt8] = [
    0x7f, 0xff, 0xff, 0xff, 0x80, 0x00, 0x00, 0x00, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xde, 0x73, 0x7d, 0x56, 0xd3, 0x8b, 0xcf, 0x42, 0x79, 0xdc, 0xe5, 0x61, 0x7e, 0x31, 0x92, 0xa8,
  ]

  static func isLowS(_ s: ArraySlice<UInt8>) -> Bool {
    !halfOrder.lexicographicallyPrecedes(s)
  }

  /// Whether `scalar`, 32 bytes, is between 1 and n - 1. Takes the same time for every scalar.
  static func isScalar(_ scalar: ArraySlice<UInt8>) -> Bool {
    var borrow = 0
    var bits: UInt8 = 0
    for index in (0..<32).reversed() {
      let byte = scalar[scalar.startIndex + index]
      borrow = (Int(byte) - Int(order[index]) - borrow) >> 8 & 1
      bits |= byte
    }
    return borrow == 1 && bits != 0
  }

  static func isScalar(_ scalar: [UInt8]) -> Bool { isScalar(scalar[...]) }
}
