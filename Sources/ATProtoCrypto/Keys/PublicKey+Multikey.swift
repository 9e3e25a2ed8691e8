// Cryptography specification, "Public Key Encoding":
//
//   did:key   = "did:key:" multikey
//   multikey  = "z" base58btc( multicodec-varint compressed-point )
//
// The legacy form of DID documents is "z" base58btc( point ) without a codec; its curve comes
// from the type of the verification method.

import ATProtoSyntax

extension PublicKey {
  /// The key in multikey form: `zQ3sh…` for K-256, `zDn…` for P-256.
  public var multikey: String {
    Multibase.base58btc(curve.publicMulticodec + compressed)
  }

  /// The key as a `did:key`: `did:key:zQ3sh…`, `did:key:zDn…`.
  public var didKey: String {
    "did:key:" + multikey
  }

  /// Reads a `did:key`. Throws a ``CryptoError``.
  public init(didKey: String) throws(CryptoError) {
    let prefix = "did:key:"
    guard didKey.utf8.starts(with: prefix.utf8) else {
      throw CryptoError(.malformedText, "a did:key must start with \"\(prefix)\"")
    }
    try self.init(multikey: String(didKey.utf8.dropFirst(prefix.utf8.count)) ?? "")
  }

  /// Reads a key in multikey form. Throws a ``CryptoError``.
  public init(multikey: String) throws(CryptoError) {
    let bytes = try multibaseBytes(of: multikey)
    for curve in Curve.allCases where bytes.starts(with: curve.publicMulticodec) {
      let point = [UInt8](bytes.dropFirst(curve.publicMulticodec.count))
      // "Be sure to use the smaller 'compact' or 'compressed' representation."
      guard point.count == 33 else {
        throw CryptoError(.wrongLength, "a multikey must hold 33 bytes, not \(point.count)")
      }
      try self.init(curve: curve, point: point)
      return
    }
    throw CryptoError(.unsupportedKeyType, "the key is neither a K-256 nor a P-256 public key")
  }

  /// Reads the deprecated `publicKeyMultibase` of verification methods whose type names the
  /// curve: a point without multicodec, uncompressed or compressed (DID specification, "Legacy
  /// Representation").
  public init(legacyMultibase text: String, curve: Curve) throws(CryptoError) {
    try self.init(curve: curve, point: try multibaseBytes(of: text))
  }
}

/// The bytes of a multibase text in base58btc, the only base used for keys.
func multibaseBytes(of text: String) throws(CryptoError) -> [UInt8] {
  guard let digits = Multibase.base58btcDigits(text) else {
    throw CryptoError(.malformedText, "a multibase key must start with \"z\" (base58btc)")
  }
  guard let bytes = Base58.decode(digits) else {
    throw CryptoError(.malformedText, "the key is not base58btc, or is too long")
  }
  return bytes
}
