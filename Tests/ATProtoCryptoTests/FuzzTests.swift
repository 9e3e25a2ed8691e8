import ATProtoCrypto
import Testing

/// Strings from outside, changed at random with a fixed seed: each is either rejected with the
/// typed error or parsed to the value that it spells.
@Suite struct FuzzTests {
  private struct SeededRandom: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state ^ state >> 29
    }
  }

  /// `count` strings, each with one to three changes to `text`.
  private func mutants(of text: String, _ count: Int, seed: UInt64) -> [String] {
    var random = SeededRandom(state: seed)
    let alphabet = [UInt8]("azAZ019zQ:.-_=+/$, {}\"\\\u{0}é".utf8)
    return (0..<count).map { _ in
      var bytes = [UInt8](text.utf8)
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
      return String(decoding: bytes, as: UTF8.self)
    }
  }

  @Test("a changed key string is rejected or written back unchanged", arguments: Curve.allCases)
  func keysInText(curve: Curve) throws {
    let key = PrivateKey(generating: curve)
    for text in mutants(of: key.publicKey.didKey, 2000, seed: 1) {
      guard let read = try? PublicKey(didKey: text) else { continue }
      #expect(read.didKey == text)
    }
    for text in mutants(of: key.multikey, 2000, seed: 2) {
      guard let read = try? PrivateKey(multikey: text) else { continue }
      #expect(read.multikey == text)
    }
  }

  @Test("a changed password hash is rejected or written back unchanged")
  func storedPasswords() throws {
    let hash = PasswordHash("p", parameters: try .init(logN: 4, r: 1, p: 1))
    for text in mutants(of: hash.stored, 3000, seed: 4) {
      guard let read = try? PasswordHash(stored: text) else { continue }
      #expect(read.stored == text)
    }
  }

  /// Random bytes in place of a signature, a point, or a scalar.
  @Test(
    "random bytes are rejected as a signature, and accepted as a key only in canonical form",
    arguments: Curve.allCases
  )
  func bytes(curve: Curve) {
    var random = SeededRandom(state: 5)
    let key = PrivateKey(generating: curve).publicKey
    for _ in 0..<500 {
      let count = [0, 31, 32, 33, 63, 64, 65, 70, 72, 1000].randomElement(using: &random)!
      var bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
      #expect(!key.isValidSignature(bytes, for: [1]))
      if let scalar = try? PrivateKey(curve: curve, rawRepresentation: bytes) {
        #expect(scalar.rawRepresentation == bytes)
      }
      if count > 0 { bytes[0] = [2, 3, 4, 6].randomElement(using: &random)! }
      if let point = try? PublicKey(curve: curve, point: bytes) {
        #expect(bytes == (count == 33 ? point.compressed : point.uncompressed))
      }
    }
  }
}
