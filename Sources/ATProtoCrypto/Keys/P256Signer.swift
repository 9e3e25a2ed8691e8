import CLibCrypto

/// ECDSA over P-256 with the deterministic nonce of RFC 6979.
///
/// OpenSSL 3.0 signs with random nonces only (`nonce-type` came with 3.2), and a signature of this
/// project shall depend on key and message alone. So the nonce is made here, and the signature
/// equation is computed with OpenSSL's numbers and points. Operations on secrets are those that
/// OpenSSL's own signing uses: the constant-time multiplication of the base point, Montgomery
/// multiplication, and inversion by Fermat with a constant-time exponentiation.
enum P256Signer {
  static func publicPoint(scalar: [UInt8]) -> [UInt8] {
    let number = secretNumber(scalar)
    defer { BN_clear_free(number) }
    let point = multiplyBase(number)
    defer { EC_POINT_clear_free(point) }
    return bytes(of: point)
  }

  /// `scalar` was checked when its key was made.
  static func sign(_ digest: SHA256Digest, scalar: [UInt8]) -> [UInt8] {
    var nonces = RFC6979Nonces(scalar: scalar, digest: digest)
    while true {
      if let signature = sign(digest, scalar: scalar, nonce: nonces.next()) { return signature }
    }
  }

  /// FIPS 186-4, 6.4: r = x(kG) mod n, s = (z + r d) / k mod n; nil where r or s is zero.
  private static func sign(_ digest: SHA256Digest, scalar: [UInt8], nonce: [UInt8]) -> [UInt8]? {
    let order = number(P256Curve.order)
    let exponent = number(P256Curve.order)
    let k = secretNumber(nonce)
    let d = secretNumber(scalar)
    let z = number(digest.bytes)
    let x = number([])
    let r = number([])
    let s = number([])
    defer {
      for value in [order, exponent, k, d, z, x, r, s] { BN_clear_free(value) }
    }
    guard let context = BN_CTX_secure_new(), let montgomery = BN_MONT_CTX_new() else {
      preconditionFailure("out of memory")
    }
    defer {
      BN_CTX_free(context)
      BN_MONT_CTX_free(montgomery)
    }
    let point = multiplyBase(k)
    defer { EC_POINT_clear_free(point) }

    var good = BN_MONT_CTX_set(montgomery, order, context) == 1
    good = good && EC_POINT_get_affine_coordinates(P256Curve.group, point, x, nil, context) == 1
    good = good && BN_nnmod(r, x, order, context) == 1
    good = good && BN_nnmod(z, z, order, context) == 1
    // s = r d + z. One factor in Montgomery form makes the product an ordinary number.
    good = good && BN_to_montgomery(d, d, montgomery, context) == 1
    good = good && BN_mod_mul_montgomery(s, d, r, montgomery, context) == 1
    good = good && BN_mod_add_quick(s, s, z, order) == 1
    // k = k^(n - 2), its inverse.
    good = good && BN_sub_word(exponent, 2) == 1
    good = good && BN_mod_exp_mont_consttime(k, k, exponent, order, context, montgomery) == 1
    good = good && BN_to_montgomery(k, k, montgomery, context) == 1
    good = good && BN_mod_mul_montgomery(s, s, k, montgomery, context) == 1
    precondition(good, "OpenSSL cannot compute a signature")
    if BN_is_zero(r) == 1 || BN_is_zero(s) == 1 { return nil }

    var signature = [UInt8](repeating: 0, count: 64)
    let written = signature.withUnsafeMutableBufferPointer { buffer in
      let start = buffer.baseAddress!
      return BN_bn2binpad(r, start, 32) == 32 && BN_bn2binpad(s, start + 32, 32) == 32
    }
    precondition(written, "r and s have 32 bytes")
    if !P256Curve.isLowS(signature[32...]) {
      // (r, n - s) is the same signature with the low s.
      _ = BN_sub(s, order, s)
      signature.withUnsafeMutableBufferPointer { _ = BN_bn2binpad(s, $0.baseAddress! + 32, 32) }
    }
    return signature
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
    precondition(count == 65, "a point of P-256 has 65 bytes")
    return bytes
  }

  private static func multiplyBase(_ number: OpaquePointer) -> OpaquePointer {
    guard let point = EC_POINT_new(P256Curve.group) else { preconditionFailure("out of memory") }
    let status = EC_POINT_mul(P256Curve.group, point, number, nil, nil, nil)
    precondition(status == 1, "OpenSSL cannot multiply the base point")
    return point
  }

  private static func number(_ bytes: [UInt8]) -> OpaquePointer {
    guard let number = BN_bin2bn(bytes, Int32(bytes.count), nil) else {
      preconditionFailure("out of memory")
    }
    return number
  }

  private static func secretNumber(_ bytes: [UInt8]) -> OpaquePointer {
    let number = number(bytes)
    BN_set_flags(number, BN_FLG_CONSTTIME)
    return number
  }
}

/// The nonces of RFC 6979, 3.2, for P-256 with SHA-256, in the order in which they are tried.
struct RFC6979Nonces {
  private var key: [UInt8]
  private var value: [UInt8]

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
      value = HMACSHA256.authenticate(value, key: key).bytes
      let candidate = value
      // So that the next call, or the next round, goes on with another one.
      stir([0x00])
      if P256Curve.isScalar(candidate) { return candidate }
    }
  }

  private mutating func stir(_ suffix: [UInt8]) {
    key = HMACSHA256.authenticate(value + suffix, key: key).bytes
    value = HMACSHA256.authenticate(value, key: key).bytes
  }

  /// bits2octets (2.3.4): the digest less the order, where it is not below it.
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
