import ATProtoCrypto
import Testing

@Suite struct AnySTests {
  /// The orders of the groups (SEC 2, 2.4.1 and 2.4.2).
  static let orders: [(Curve, [UInt64])] = [
    (
      .p256,
      [0xffff_ffff_0000_0000, 0xffff_ffff_ffff_ffff, 0xbce6_faad_a717_9e84, 0xf3b9_cac2_fc63_2551]
    ),
    (
      .k256,
      [0xffff_ffff_ffff_ffff, 0xffff_ffff_ffff_fffe, 0xbaae_dce6_af48_a03b, 0xbfd2_5e8c_d036_4141]
    ),
  ]

  /// n - s.
  private static func negated(_ s: ArraySlice<UInt8>, _ order: [UInt64]) -> [UInt8] {
    var result: [UInt8] = []
    var borrow: UInt64 = 0
    for word in (0..<4).reversed() {
      let bytes = s.dropFirst(8 * word).prefix(8)
      let value = bytes.reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
      let (first, firstBorrow) = order[word].subtractingReportingOverflow(value)
      let (second, secondBorrow) = first.subtractingReportingOverflow(borrow)
      borrow = firstBorrow || secondBorrow ? 1 : 0
      result = (0..<8).map { UInt8(truncatingIfNeeded: second >> (56 - 8 * $0)) } + result
    }
    return result
  }

  @Test(
    "both forms of a signature verify if any s is allowed, and one if it is not",
    arguments: orders
  )
  func bothForms(curve: Curve, order: [UInt64]) {
    let key = PrivateKey(generating: curve)
    for index in 0..<20 {
      let message = [UInt8]("message \(index)".utf8)
      let low = key.sign(message)
      let high = low[..<32] + Self.negated(low[32...], order)
      #expect(key.publicKey.isValidSignatureWithAnyS(low, for: message))
      #expect(key.publicKey.isValidSignatureWithAnyS([UInt8](high), for: message))
      #expect(key.publicKey.isValidSignature(low, for: message))
      #expect(!key.publicKey.isValidSignature([UInt8](high), for: message))
      #expect(!key.publicKey.isValidSignatureWithAnyS([UInt8](high), for: [0]))
    }
  }

  @Test("a signature of another length, or with s out of range, is not valid", arguments: orders)
  func refused(curve: Curve, order: [UInt64]) {
    let key = PrivateKey(generating: curve)
    let signature = key.sign([1])
    let orderBytes = order.flatMap { word in
      (0..<8).map { UInt8(truncatingIfNeeded: word >> (56 - 8 * $0)) }
    }
    for s in [[UInt8](repeating: 0, count: 32), orderBytes, [UInt8](repeating: 0xff, count: 32)] {
      #expect(!key.publicKey.isValidSignatureWithAnyS(signature[..<32] + s, for: [1]))
    }
    for changed in [[], [UInt8](signature.dropLast()), signature + [0]] {
      #expect(!key.publicKey.isValidSignatureWithAnyS(changed, for: [1]))
    }
  }
}
