/// A number modulo the order n of P-256, most significant limb last.
///
/// OpenSSL reserves its fast arithmetic modulo n for its own signing, which supports only random
/// nonces; its public functions took as long as the rest of a signature. Everything here takes the
/// same time for every number: the steps of only one loop vary, and they depend on n - 2, which is
/// public.
struct P256Scalar: Equatable {
  private var a: UInt64
  private var b: UInt64
  private var c: UInt64
  private var d: UInt64

  private init(_ a: UInt64, _ b: UInt64, _ c: UInt64, _ d: UInt64) {
    self.a = a
    self.b = b
    self.c = c
    self.d = d
  }

  /// Reads a number below 2n from 32 bytes, most significant first.
  init(reducing bytes: UnsafeRawBufferPointer) {
    precondition(bytes.count == 32, "a number has 32 bytes")
    self.init(
      UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 24, as: UInt64.self)),
      UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self)),
      UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)),
      UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self))
    )
    reduce(carry: 0)
  }

  var isZero: Bool { a | b | c | d == 0 }

  /// Writes 32 bytes, most significant first.
  func write(to bytes: UnsafeMutableRawBufferPointer) {
    bytes.storeBytes(of: d.bigEndian, toByteOffset: 0, as: UInt64.self)
    bytes.storeBytes(of: c.bigEndian, toByteOffset: 8, as: UInt64.self)
    bytes.storeBytes(of: b.bigEndian, toByteOffset: 16, as: UInt64.self)
    bytes.storeBytes(of: a.bigEndian, toByteOffset: 24, as: UInt64.self)
  }

  private static var order: P256Scalar {
    P256Scalar(
      0xf3b9_cac2_fc63_2551,
      0xbce6_faad_a717_9e84,
      0xffff_ffff_ffff_ffff,
      0xffff_ffff_0000_0000
    )
  }
  /// -1 / n modulo 2^64.
  private static var factor: UInt64 { 0xccd1_c8aa_ee00_bc4f }
  /// 2^512 modulo n.
  private static var square: P256Scalar {
    P256Scalar(
      0x8324_4c95_be79_eea2,
      0x4699_799c_49bd_6fa6,
      0x2845_b239_2b6b_ec59,
      0x66e1_2d94_f3d9_5620
    )
  }

  /// x 2^256. A product with one factor in this form is an ordinary number.
  var montgomery: P256Scalar { self * Self.square }

  static func + (lhs: P256Scalar, rhs: P256Scalar) -> P256Scalar {
    var sum = P256Scalar(0, 0, 0, 0)
    var carry: UInt64 = 0
    (sum.a, carry) = add(lhs.a, rhs.a, carry)
    (sum.b, carry) = add(lhs.b, rhs.b, carry)
    (sum.c, carry) = add(lhs.c, rhs.c, carry)
    (sum.d, carry) = add(lhs.d, rhs.d, carry)
    sum.reduce(carry: carry)
    return sum
  }

  /// n - x, if x is not zero.
  var negated: P256Scalar { Self.difference(Self.order, self).value }

  /// lhs rhs / 2^256: Montgomery's product, a limb of `rhs` at a time.
  @inline(__always)
  static func * (lhs: P256Scalar, rhs: P256Scalar) -> P256Scalar {
    var sum = P256Scalar(0, 0, 0, 0)
    var top: UInt64 = 0
    step(&sum, &top, lhs, rhs.a)
    step(&sum, &top, lhs, rhs.b)
    step(&sum, &top, lhs, rhs.c)
    step(&sum, &top, lhs, rhs.d)
    sum.reduce(carry: top)
    return sum
  }

  /// sum = (sum + x y + m n) / 2^64, with the m that leaves no remainder.
  @inline(__always)
  private static func step(
    _ sum: inout P256Scalar,
    _ top: inout UInt64,
    _ x: P256Scalar,
    _ y: UInt64
  ) {
    var carry: UInt64 = 0
    var extra: UInt64 = 0
    (sum.a, carry) = multiply(x.a, y, sum.a, 0)
    (sum.b, carry) = multiply(x.b, y, sum.b, carry)
    (sum.c, carry) = multiply(x.c, y, sum.c, carry)
    (sum.d, carry) = multiply(x.d, y, sum.d, carry)
    (top, extra) = add(top, carry, 0)
    let m = sum.a &* factor
    (_, carry) = multiply(m, 0xf3b9_cac2_fc63_2551, sum.a, 0)
    (sum.a, carry) = multiply(m, 0xbce6_faad_a717_9e84, sum.b, carry)
    (sum.b, carry) = multiply(m, 0xffff_ffff_ffff_ffff, sum.c, carry)
    (sum.c, carry) = multiply(m, 0xffff_ffff_0000_0000, sum.d, carry)
    (sum.d, carry) = add(top, carry, 0)
    top = extra &+ carry
  }

  /// 1 / x in Montgomery form, of x in Montgomery form: x^(n - 2), four bits at a time.
  var inverted: P256Scalar {
    var powers = InlineArray<16, P256Scalar>(repeating: self)
    for exponent in 2..<16 { powers[exponent] = powers[exponent - 1] * self }
    var result = powers[15]
    let exponent = (Self.order.d, Self.order.c, Self.order.b, Self.order.a &- 2)
    for position in 1..<64 {
      result = result * result
      result = result * result
      result = result * result
      result = result * result
      let limb =
        switch position / 16 {
        case 0: exponent.0
        case 1: exponent.1
        case 2: exponent.2
        default: exponent.3
        }
      let digit = Int(limb >> UInt64(60 - position % 16 * 4) & 15)
      if digit != 0 { result = result * powers[digit] }
    }
    return result
  }

  // MARK: Limbs

  /// Subtracts n unless the number, with `carry` before its limbs, is below it.
  @inline(__always)
  private mutating func reduce(carry: UInt64) {
    let (less, borrow) = Self.difference(self, Self.order)
    // All ones to keep the number as it is.
    let keep = 0 &- (borrow & ~carry & 1)
    a = a & keep | less.a & ~keep
    b = b & keep | less.b & ~keep
    c = c & keep | less.c & ~keep
    d = d & keep | less.d & ~keep
  }

  @inline(__always)
  private static func difference(
    _ lhs: P256Scalar,
    _ rhs: P256Scalar
  ) -> (value: P256Scalar, borrow: UInt64) {
    var result = P256Scalar(0, 0, 0, 0)
    var borrow: UInt64 = 0
    (result.a, borrow) = subtract(lhs.a, rhs.a, borrow)
    (result.b, borrow) = subtract(lhs.b, rhs.b, borrow)
    (result.c, borrow) = subtract(lhs.c, rhs.c, borrow)
    (result.d, borrow) = subtract(lhs.d, rhs.d, borrow)
    return (result, borrow)
  }

  @inline(__always)
  private static func add(_ x: UInt64, _ y: UInt64, _ carry: UInt64) -> (UInt64, UInt64) {
    let (sum, first) = x.addingReportingOverflow(y)
    let (total, second) = sum.addingReportingOverflow(carry)
    return (total, (first ? 1 : 0) &+ (second ? 1 : 0))
  }

  @inline(__always)
  private static func subtract(_ x: UInt64, _ y: UInt64, _ borrow: UInt64) -> (UInt64, UInt64) {
    let (difference, first) = x.subtractingReportingOverflow(y)
    let (total, second) = difference.subtractingReportingOverflow(borrow)
    return (total, (first ? 1 : 0) &+ (second ? 1 : 0))
  }

  /// The low and the high limb of x y + p + q, which fits in two limbs.
  @inline(__always)
  private static func multiply(
    _ x: UInt64,
    _ y: UInt64,
    _ p: UInt64,
    _ q: UInt64
  ) -> (UInt64, UInt64) {
    let (high, low) = x.multipliedFullWidth(by: y)
    let (sum, first) = low.addingReportingOverflow(p)
    let (total, second) = sum.addingReportingOverflow(q)
    return (total, high &+ (first ? 1 : 0) &+ (second ? 1 : 0))
  }
}
