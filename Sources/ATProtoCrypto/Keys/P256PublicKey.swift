import CLibCrypto

/// A point on P-256 as an OpenSSL key, immutable and shared.
final class P256PublicKey: @unchecked Sendable {
  private let key: OpaquePointer
  private let point: [UInt8]

  /// Reads a compressed or uncompressed point.
  init(_ point: [UInt8]) throws(CryptoError) {
    guard let uncompressed = Self.uncompressed(point), let key = Self.makeKey(uncompressed) else {
      throw CryptoError(.notOnCurve, "the key is not a point on P-256")
    }
    self.point = uncompressed
    self.key = key
  }

  convenience init(ofPrivate scalar: [UInt8]) throws(CryptoError) {
    guard P256Curve.isScalar(scalar) else {
      throw CryptoError(.scalarOutOfRange, "the scalar is not a private key of P-256")
    }
    try self.init(P256Signer.publicPoint(scalar: scalar))
  }

  deinit {
    EVP_PKEY_free(key)
  }

  func serialized(compressed: Bool) -> [UInt8] {
    // SEC 1, 2.3.3: 02 or 03, depending on the last bit of y, then x.
    compressed ? [2 | point[64] & 1] + point[1..<33] : point
  }

  func isValidSignature(_ signature: [UInt8], digest: SHA256Digest) -> Bool {
    guard P256Curve.isLowS(signature[32..<64]),
      let context = EVP_PKEY_CTX_new_from_pkey(nil, key, nil)
    else { return false }
    defer { EVP_PKEY_CTX_free(context) }
    guard EVP_PKEY_verify_init(context) == 1 else { return false }
    let der = Self.der(signature)
    let status = digest.withUnsafeBytes { hash in
      let bytes = hash.baseAddress?.assumingMemoryBound(to: UInt8.self)
      return EVP_PKEY_verify(context, der, der.count, bytes, hash.count)
    }
    if status != 1 { ERR_clear_error() }
    return status == 1
  }

  /// The form in which OpenSSL accepts signatures: SEQUENCE { INTEGER r, INTEGER s }.
  private static func der(_ signature: [UInt8]) -> [UInt8] {
    func integer(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
      var digits = [UInt8](bytes.drop { $0 == 0 })
      // An integer is signed and has at least one byte.
      if digits.first.map({ $0 >= 0x80 }) ?? true { digits.insert(0, at: 0) }
      return [0x02, UInt8(digits.count)] + digits
    }
    let content = integer(signature[..<32]) + integer(signature[32...])
    return [0x30, UInt8(content.count)] + content
  }

  /// Checks that the point is on the curve, and uncompresses it.
  private static func uncompressed(_ bytes: [UInt8]) -> [UInt8]? {
    guard let point = EC_POINT_new(P256Curve.group) else { return nil }
    defer { EC_POINT_free(point) }
    guard EC_POINT_oct2point(P256Curve.group, point, bytes, bytes.count, nil) == 1 else {
      ERR_clear_error()
      return nil
    }
    return P256Signer.bytes(of: point)
  }

  private static func makeKey(_ point: [UInt8]) -> OpaquePointer? {
    let key = CLibCrypto_P256_public_key(point, point.count)
    if key == nil { ERR_clear_error() }
    return key
  }
}
