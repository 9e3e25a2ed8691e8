import CLibCrypto

/// A point on P-256, immutable and shared.
///
/// Keys of OpenSSL's own ("EVP") would take as long to make as a signature to verify, and a relay
/// makes one for each event. So OpenSSL only multiplies points here, as in ``P256Signer``.
final class P256PublicKey: @unchecked Sendable {
  private let point: OpaquePointer

  /// Reads a compressed or uncompressed point.
  init(_ bytes: [UInt8]) throws(CryptoError) {
    guard let point = EC_POINT_new(P256Curve.group) else { preconditionFailure("out of memory") }
    // Checks that the point is on the curve.
    guard EC_POINT_oct2point(P256Curve.group, point, bytes, bytes.count, nil) == 1 else {
      ERR_clear_error()
      EC_POINT_free(point)
      throw CryptoError(.notOnCurve, "the key is not a point on P-256")
    }
    self.point = point
  }

  convenience init(ofPrivate scalar: [UInt8]) throws(CryptoError) {
    guard P256Curve.isScalar(scalar) else {
      throw CryptoError(.scalarOutOfRange, "the scalar is not a private key of P-256")
    }
    try self.init(P256Signer.publicPoint(scalar: scalar))
  }

  deinit {
    EC_POINT_free(point)
  }

  func serialized(compressed: Bool) -> [UInt8] {
    let point = P256Signer.bytes(of: point)
    // SEC 1, 2.3.3: 02 or 03, depending on the last bit of y, then x.
    return compressed ? [2 | point[64] & 1] + point[1..<33] : point
  }

  /// FIPS 186-4, 6.4.2: r must be x(u1 G + u2 Q) mod n, where u1 = z / s and u2 = r / s.
  func isValidSignature(_ signature: [UInt8], digest: SHA256Digest) -> Bool {
    guard P256Curve.isLowS(signature[32..<64]), P256Curve.isScalar(signature[..<32]),
      P256Curve.isScalar(signature[32..<64])
    else { return false }
    let (r, s) = signature.withUnsafeBytes { bytes in
      (
        P256Scalar(reducing: UnsafeRawBufferPointer(rebasing: bytes[..<32])),
        P256Scalar(reducing: UnsafeRawBufferPointer(rebasing: bytes[32..<64]))
      )
    }
    let z = digest.withUnsafeBytes { P256Scalar(reducing: $0) }
    let inverse = s.montgomery.inverted
    return P256Signer.xCoordinate(base: z * inverse, r * inverse, of: point) == r
  }
}
