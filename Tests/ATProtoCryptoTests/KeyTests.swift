import ATProtoCrypto
import ATProtoSyntax
import Testing

@Suite struct KeyTests {
  static let p256Order = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"
  static let k256Order = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"

  @Test("a signature verifies only with its key and message", arguments: Curve.allCases)
  func signsAndVerifies(curve: Curve) throws {
    for round in 0..<24 {
      let key = PrivateKey(generating: curve)
      let message = [UInt8](repeating: UInt8(round), count: round)
      let signature = key.sign(message)
      #expect(signature.count == 64)
      #expect(key.sign(message) == signature)
      #expect(key.publicKey.isValidSignature(signature, for: message))
      #expect(!key.publicKey.isValidSignature(signature, for: message + [1]))
      #expect(!PrivateKey(generating: curve).publicKey.isValidSignature(signature, for: message))
      for index in [0, 31, 32, 63] {
        var changed = signature
        changed[index] ^= 1
        #expect(!key.publicKey.isValidSignature(changed, for: message))
      }
    }
  }

  @Test("high-S, DER, and signatures of the wrong length are rejected", arguments: Curve.allCases)
  func refusesOtherFormsOfASignature(curve: Curve) throws {
    let key = PrivateKey(generating: curve)
    let message = [UInt8]("message".utf8)
    let signature = key.sign(message)
    let order = try #require(Hex.decode(curve == .k256 ? Self.k256Order : Self.p256Order))
    let zero = [UInt8](repeating: 0, count: 32)
    let r = [UInt8](signature[..<32])
    let s = [UInt8](signature[32...])
    let forms: [[UInt8]] = [
      [], r, signature + [0], [0] + signature, r + difference(order, s), zero + s, r + zero,
      zero + zero, order + s, r + order, [UInt8](repeating: 0xff, count: 64),
      [0x30, 0x44, 0x02, 0x20] + r + [0x02, 0x20] + s,
    ]
    for form in forms { #expect(!key.publicKey.isValidSignature(form, for: message)) }
  }

  private func difference(_ lhs: [UInt8], _ rhs: [UInt8]) -> [UInt8] {
    var result = lhs
    var borrow = 0
    for index in lhs.indices.reversed() {
      let value = Int(lhs[index]) - Int(rhs[index]) - borrow
      result[index] = UInt8(truncatingIfNeeded: value)
      borrow = value < 0 ? 1 : 0
    }
    return result
  }

  /// RFC 6979, A.2.5, with s in the lower half; the RFC has the high s for "sample".
  @Test(
    "P-256 signatures match the vectors of RFC 6979",
    arguments: [
      (
        "sample", "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716",
        "0834e36ad29a83bf2bc9385e491d6099c8fdf9d1ed67aa7ea5f51f93782857a9"
      ),
      (
        "test", "f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367",
        "019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083"
      ),
    ]
  )
  func p256NonceIsDeterministic(message: String, r: String, s: String) throws {
    let scalar = "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721"
    let key = try PrivateKey(curve: .p256, rawRepresentation: #require(Hex.decode(scalar)))
    #expect(Hex.encode(key.sign([UInt8](message.utf8))) == r + s)
    #expect(
      Hex.encode(key.publicKey.uncompressed)
        == "0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
        + "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299"
    )
  }

  /// The widely used vectors of RFC 6979 on secp256k1, key 1.
  @Test("K-256 signatures match the known deterministic vector")
  func k256NonceIsDeterministic() throws {
    let scalar = [UInt8](repeating: 0, count: 31) + [1]
    let key = try PrivateKey(curve: .k256, rawRepresentation: scalar)
    #expect(
      Hex.encode(key.sign([UInt8]("Satoshi Nakamoto".utf8)))
        == "934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d8"
        + "2442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5"
    )
  }

  @Test("a key round-trips through its raw and multikey forms", arguments: Curve.allCases)
  func importsAndExports(curve: Curve) throws {
    let key = PrivateKey(generating: curve)
    let publicKey = key.publicKey
    #expect(
      try PrivateKey(curve: curve, rawRepresentation: key.rawRepresentation).publicKey == publicKey
    )
    #expect(try PrivateKey(multikey: key.multikey).rawRepresentation == key.rawRepresentation)
    #expect(try PublicKey(curve: curve, point: publicKey.compressed) == publicKey)
    #expect(try PublicKey(curve: curve, point: publicKey.uncompressed) == publicKey)
    #expect(try PublicKey(didKey: publicKey.didKey) == publicKey)
    #expect(try PublicKey(multikey: publicKey.multikey) == publicKey)
    for point in [publicKey.compressed, publicKey.uncompressed] {
      let legacy = "z" + Base58.encode(point)
      #expect(try PublicKey(legacyMultibase: legacy, curve: curve) == publicKey)
    }
  }

  @Test(
    "a private key has the did:key given in the vectors",
    arguments: [
      (
        Curve.k256, "9085d2bef69286a6cbb51623c8fa258629945cd55ca705cc4e66700396894e0c",
        "did:key:zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme"
      ),
      (
        Curve.k256, "f0f4df55a2b3ff13051ea814a8f24ad00f2e469af73c363ac7e9fb999a9072ed",
        "did:key:zQ3shtxV1FrJfhqE1dvxYRcCknWNjHc3c5X1y3ZSoPDi2aur2"
      ),
    ]
  )
  func didKeyOfPrivateKey(curve: Curve, scalar: String, didKey: String) throws {
    let key = try PrivateKey(curve: curve, rawRepresentation: #require(Hex.decode(scalar)))
    #expect(key.publicKey.didKey == didKey)
  }

  /// Cryptography specification, "Encoded Examples".
  @Test(
    "a did:key is parsed and written back",
    arguments: [
      (Curve.p256, "did:key:zDnaembgSGUhZULN2Caob4HLJPaxBh92N7rtH21TErzqf8HQo"),
      (Curve.k256, "did:key:zQ3shqwJEJyMBsBXCWyCBpUBMqxcon9oHB7mCvx4sSpMdLJwc"),
    ]
  )
  func didKeyRoundTrips(curve: Curve, didKey: String) throws {
    let key = try PublicKey(didKey: didKey)
    #expect(key.curve == curve)
    #expect(key.didKey == didKey)
    #expect(key.description == didKey)
  }

  @Test("a scalar out of range or of the wrong length is rejected", arguments: Curve.allCases)
  func refusesPrivateKeys(curve: Curve) throws {
    let order = try #require(Hex.decode(curve == .k256 ? Self.k256Order : Self.p256Order))
    let cases: [([UInt8], CryptoError.Code)] = [
      ([], .wrongLength), ([UInt8](repeating: 1, count: 31), .wrongLength),
      ([UInt8](repeating: 1, count: 33), .wrongLength),
      ([UInt8](repeating: 0, count: 32), .scalarOutOfRange), (order, .scalarOutOfRange),
      ([UInt8](repeating: 0xff, count: 32), .scalarOutOfRange),
    ]
    for (bytes, code) in cases {
      #expect(throws: CryptoError(code, "")) {
        try PrivateKey(curve: curve, rawRepresentation: bytes)
      }
    }
    // The greatest scalar is valid.
    let greatest = order.dropLast() + [order[31] - 1]
    let key = try PrivateKey(curve: curve, rawRepresentation: [UInt8](greatest))
    #expect(key.publicKey.isValidSignature(key.sign([]), for: []))
  }

  @Test("bytes that are not a point on the curve are rejected", arguments: Curve.allCases)
  func refusesPoints(curve: Curve) {
    let key = PrivateKey(generating: curve).publicKey
    var offCurve = key.uncompressed
    offCurve[64] ^= 1
    let hybrid = [6 | key.uncompressed[64] & 1] + key.uncompressed.dropFirst()
    let cases: [([UInt8], CryptoError.Code)] = [
      ([], .wrongLength), ([0], .wrongLength), ([UInt8](key.compressed.dropLast()), .wrongLength),
      (offCurve, .notOnCurve), (hybrid, .notOnCurve),
      ([5] + key.compressed.dropFirst(), .notOnCurve),
      ([4] + key.compressed.dropFirst(), .notOnCurve),
      ([2] + [UInt8](repeating: 0xff, count: 32), .notOnCurve),
    ]
    for (bytes, code) in cases {
      #expect(throws: CryptoError(code, "")) { try PublicKey(curve: curve, point: bytes) }
    }
  }

  @Test(
    "a string that is not a did:key of a supported curve is rejected",
    arguments: [
      ("", CryptoError.Code.malformedText),
      ("did:key:", .malformedText),
      ("did:key:Q3sh", .malformedText),
      ("did:web:zQ3shqwJEJyMBsBXCWyCBpUBMqxcon9oHB7mCvx4sSpMdLJwc", .malformedText),
      ("did:key:zQ3shqwJEJyMBsBXCWyCBpUBMqxcon9oHB7mCvx4sSpMdLJw0", .malformedText),
      ("did:key:z", .unsupportedKeyType),
      // An Ed25519 key.
      ("did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK", .unsupportedKeyType),
      // K-256's codec with only 32 bytes.
      (
        "did:key:z" + Base58.encode([0xe7, 0x01] + [UInt8](repeating: 2, count: 32)), .wrongLength
      ),
      ("did:key:z" + String(repeating: "Q", count: 100_000), .malformedText),
    ]
  )
  func refusesDIDKeys(text: String, code: CryptoError.Code) {
    #expect(throws: CryptoError(code, "")) { try PublicKey(didKey: text) }
  }

  @Test("a multikey with an uncompressed point is rejected", arguments: Curve.allCases)
  func multikeyHoldsACompressedPoint(curve: Curve) {
    let key = PrivateKey(generating: curve).publicKey
    let codec: [UInt8] = curve == .k256 ? [0xe7, 0x01] : [0x80, 0x24]
    #expect(throws: CryptoError(.wrongLength, "")) {
      try PublicKey(multikey: "z" + Base58.encode(codec + key.uncompressed))
    }
  }

  @Test("secrets do not appear in descriptions, dumps, or mirrors")
  func privateKeysDoNotPrintThemselves() {
    let key = PrivateKey()
    let symmetric = SymmetricKey()
    var dumped = ""
    dump(key, to: &dumped)
    dump(symmetric, to: &dumped)
    let texts = [
      "\(key)", String(reflecting: key), "\(symmetric)", String(reflecting: symmetric), dumped,
    ]
    for secret in [key.rawRepresentation, symmetric.rawRepresentation] {
      for text in texts {
        #expect(!text.contains(Hex.encode(secret)))
        #expect(!text.contains("\(secret[0]), \(secret[1])"))
        #expect(!text.contains("- \(secret[0])\n"))
      }
    }
  }
}
