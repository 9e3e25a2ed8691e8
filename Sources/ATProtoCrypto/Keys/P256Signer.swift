import CLibCrypto

/// ECDSA over P-256 with the deterministic nonce of RFC 6979.
///
/// OpenSSL 3.0 signs only with random nonces (3.2 added `nonce-type`), but signatures of this
/// package must depend only on key and message. So the nonce is derived here, OpenSSL multiplies
/// the base point, in constant time as in its own signing, and ``P256Scalar`` solves the equation.
enum P256Signer {
  static func publicPoint(scalar: [UInt8]) -> [UInt8] {
    let number = secretNumber(scalar)
    defer { BN_clear_free(number) }
    let point = multiplyBase(number)
    defer { EC_POINT_clear_free(point) }
    return bytes(of: point)
  }

  /// `scalar` was checked when its key was created.
  static func sign(_ digest: SHA256Digest, scalar: [UInt8]) -> [UInt8] {
    var nonces = RFC6979Nonces(scalar: scalar, digest: digest)
    while true {
      if let signature = sign(digest, scalar: scalar, nonce: nonces.next()) { return signature }
    }
  }

  /// FIPS 186-4, 6.4: r = x(kG) mod n, s = (z + r d) / k mod n; nil if r or s is zero.
  private static func sign(_ digest: SHA256Digest, scalar: [UInt8], nonce: [UInt8]) -> [UInt8]? {
    let r = xCoordinate(nonce)
    let z = digest.withUnsafeBytes { P256Scalar(reducing: $0) }
    let d = scalar.withUnsafeBytes { P256Scalar(reducing: $0) }
    let k = nonce.withUnsafeBytes { P256Scalar(reducing: $0) }
    var s = (r.montgomery * d + z) * k.montgomery.inverted
    if r.isZero || s.isZero { return nil }
    var signature = [UInt8](repeating: 0, count: 64)
    signature.withUnsafeMutableBytes { buffer in
      r.write(to: UnsafeMutableRawBufferPointer(rebasing: buffer[..<32]))
      s.write(to: UnsafeMutableRawBufferPointer(rebasing: buffer[32...]))
    }
    if !P256Curve.isLowS(signature[32...]) {
      // (r, n - s) is the same signature with the low s.
      s = s.negated
      signature.withUnsafeMutableBytes { buffer in
        s.write(to: UnsafeMutableRawBufferPointer(rebasing: buffer[32...]))
      }
    }
    return signature
  }

  /// x(kG), modulo n.
  private static func xCoordinate(_ nonce: [UInt8]) -> P256Scalar {
    let k = secretNumber(nonce)
    defer { BN_clear_free(k) }
    let point = multiplyBase(k)
    defer { EC_POINT_clear_free(point) }
    return xCoordinate(of: point)
  }

  /// x(a G + b Q), modulo n, of public numbers; nil for the point at infinity.
  static func xCoordinate(base a: P256Scalar, _ b: P256Scalar, of point: OpaquePointer)
    -> P256Scalar?
  {
    guard let sum = EC_POINT_new(P256Curve.group) else { preconditionFailure("out of memory") }
    defer { EC_POINT_free(sum) }
    let (first, second) = (publicNumber(a), publicNumber(b))
    defer {
      BN_free(first)
      BN_free(second)
    }
    let status = EC_POINT_mul(P256Curve.group, sum, first, point, second, nil)
    precondition(status == 1, "OpenSSL cannot multiply points")
    return EC_POINT_is_at_infinity(P256Curve.group, sum) == 1 ? nil : xCoordinate(of: sum)
  }

  private static func xCoordinate(of point: OpaquePointer) -> P256Scalar {
    guard let x = BN_new() else { preconditionFailure("out of memory") }
    defer { BN_free(x) }
    return withUnsafeTemporaryAllocation(byteCount: 32, alignment: 8) { buffer in
      let bytes = buffer.baseAddress!.assumingMemoryBound(to: UInt8.self)
      let status = EC_POINT_get_affine_coordinates(P256Curve.group, point, x, nil, nil)
      precondition(status == 1 && BN_bn2binpad(x, bytes, 32) == 32, "OpenSSL cannot read x")
      return P256Scalar(reducing: UnsafeRawBufferPointer(buffer))
    }
  }

  private static func publicNumber(_ scalar: P256Scalar) -> OpaquePointer {
    withUnsafeTemporaryAllocation(byteCount: 32, alignment: 8) { buffer in
      scalar.write(to: buffer)
      let bytes = buffer.baseAddress!.assumingMemoryBound(to: UInt8.self)
      guard let number = BN_bin2bn(bytes, 32, nil) else { preconditionFailure("out of memory") }
      return number
    }
  }

  static func bytes(of point: OpaquePointer) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 65)
    let count = EC_POINT_point2oct(
      P256Curve.group,
      point,
      POINT_CONVERSION_UNCOMPRESSED,
      &bytes,
      65,
      nil
    )
    precondition(count == 65, "an uncompressed point has 65 bytes")
    return bytes
  }

  private static func multiplyBase(_ number: OpaquePointer) -> OpaquePointer {
    guard let point = EC_POINT_new(P256Curve.group) else { preconditionFailure("out of memory") }
    let status = EC_POINT_mul(P256Curve.group, point, number, nil, nil, nil)
    precondition(status == 1, "OpenSSL cannot multiply the base point")
    return point
  }

  private static func secretNumber(_ bytes: [UInt8]) -> OpaquePointer {
    guard let number = BN_bin2bn(bytes, Int32(bytes.count), nil) else {
      preconditionFailure("out of memory")
    }
    BN_set_flags(number, BN_FLG_CONSTTIME)
    return number
  }
}

/// The nonces of RFC 6979, 3.2, for P-256 with SHA-256, in the order in which they are tried.
struct RFC6979Nonces {
  private var key: [UInt8]
  private var value: [UInt8]
  private var isFirst = true

  init(scalar: [UInt8], digest: SHA256Digest) {
    key = [UInt8](repeating: 0x00, count: 32)
    value = [UInt8](repeating: 0x01, count: 32)
    // Steps d to g.
    let seed = scalar + Self.reduced(digest.bytes)
    stir([0x00] + seed)
    stir([0x01] + seed)
  }

  /// Step h.
  mutating func next() -> [UInt8] {
    while true {
      if !isFirst { stir([0x00]) }
      isFirst = false
      value = HMACSHA256.authenticate(value, key: key).bytes
      if P256Curve.isScalar(value) { return value }
    }
  }

  private mutating func stir(_ suffix: [UInt8]) {
    key = HMACSHA256.authenticate(value + suffix, key: key).bytes
    value = HMACSHA256.authenticate(value, key: key).bytes
  }

  /// bits2octets (2.3.4): the digest, minus the order if it is not below it.
  private static func reduced(_ digest: [UInt8]) -> [UInt8] {
    if digest.lexicographicallyPrecedes(P256Curve.order) { return digest }
    var result = digest
    var borrow = 0
    for index in (0..<32).reversed() {
      let difference = Int(digest[index]) - Int(P256Curve.order[index]) - borrow
      result[index] = UInt8(truncatingIfNeeded: difference)
      borrow = difference < 0 ? 1 : 0
    }
    return result
  }
}
