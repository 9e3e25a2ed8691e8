extension PublicKey {
  /// Whether `signature` is this key's signature of the SHA-256 of a message, with s in either half
  /// of the order.
  ///
  /// RFC 7518, 3.4 does not restrict s, and the WebCrypto of browsers does not lower it. Use this
  /// for tokens that are not stored and whose identity is not their bytes; the protocol's own
  /// signatures are checked by ``isValidSignature(_:for:)``.
  package func isValidSignatureWithAnyS(_ signature: [UInt8], for message: [UInt8]) -> Bool {
    guard signature.count == 64 else { return false }
    let s = signature[32...]
    guard let opposite = curve.negated(s) else { return false }
    // (r, s) and (r, n - s) verify alike; one of both is low.
    let low = opposite.lexicographicallyPrecedes(s) ? opposite : [UInt8](s)
    return isValidSignature(signature[..<32] + low, for: message)
  }
}

extension Curve {
  /// The order n of the group (SEC 2, 2.4.1 and 2.4.2), most significant byte first.
  private var order: [UInt8] {
    switch self {
    case .p256: P256Curve.order
    case .k256: Self.k256Order
    }
  }

  private static let k256Order: [UInt8] = [
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe,
    0xba, 0xae, 0xdc, 0xe6, 0xaf, 0x48, 0xa0, 0x3b, 0xbf, 0xd2, 0x5e, 0x8c, 0xd0, 0x36, 0x41, 0x41,
  ]

  /// n - s, or nil unless s, 32 bytes, is below n.
  fileprivate func negated(_ s: ArraySlice<UInt8>) -> [UInt8]? {
    let order = order
    guard s.lexicographicallyPrecedes(order) else { return nil }
    var result = [UInt8](repeating: 0, count: 32)
    var borrow = 0
    for index in (0..<32).reversed() {
      let difference = Int(order[index]) - Int(s[s.startIndex + index]) - borrow
      result[index] = UInt8(truncatingIfNeeded: difference)
      borrow = difference < 0 ? 1 : 0
    }
    return result
  }
}
