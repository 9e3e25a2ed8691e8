import ATProtoAuth
import ATProtoCrypto
import Testing

@Suite struct JWTFuzzTests {
  private struct SeededRandom: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state ^ state >> 29
    }
  }

  @Test("a randomly changed token is rejected with a typed error")
  func changedTokens() throws {
    let key = PrivateKey(generating: .p256)
    let claims = JWTClaims(
      issuer: "did:web:a.example",
      audience: "did:web:b.example#pds",
      expiresAt: 100
    )
    let token = JWT.sign(claims, type: JWTPolicy.serviceType, with: .private(key))
    let policy = JWTPolicy(algorithms: [.es256], types: ["JWT"], audiences: [claims.audience!])
    #expect(
      try JWT(token).claims(verifiedWith: .public(key.publicKey), policy: policy, at: 0) == claims
    )
    var random = SeededRandom(state: 3)
    let alphabet = [UInt8]("azAZ019zQ:.-_=+/$, {}\"\\\u{0}é".utf8)
    for _ in 0..<3000 {
      var bytes = [UInt8](token.utf8)
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let index = Int.random(in: 0..<max(1, bytes.count), using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0 where index < bytes.count: bytes[index] = alphabet.randomElement(using: &random)!
        case 1 where index < bytes.count: bytes.remove(at: index)
        case 2: bytes.removeSubrange(min(index, bytes.count)...)
        default:
          bytes.insert(alphabet.randomElement(using: &random)!, at: min(index, bytes.count))
        }
      }
      let text = String(decoding: bytes, as: UTF8.self)
      guard text != token, let read = try? JWT(text) else { continue }
      #expect(throws: JWTError.self) {
        try read.claims(verifiedWith: .public(key.publicKey), policy: policy, at: 0)
      }
    }
  }

  @Test("a signing key does not print its secret")
  func signingKeyDoesNotPrintItself() {
    let key = SymmetricKey()
    var dumped = ""
    dump(JWTSigningKey.shared(key), to: &dumped)
    let secret = key.rawRepresentation
    #expect(!dumped.contains("\(secret[0]), \(secret[1])"))
    #expect(!dumped.contains("- \(secret[0])\n"))
  }
}
