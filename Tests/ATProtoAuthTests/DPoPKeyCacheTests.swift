import ATProtoCrypto
import ATProtoData
import Testing

@testable import ATProtoAuth

@Suite struct DPoPKeyCacheTests {
  private static func value(_ key: PublicKey, _ more: [String: JSONValue] = [:]) throws -> JSONValue
  {
    let json = [UInt8](JWK(key).json.utf8)
    guard case .object(let members) = try JSONValue(json: json, limits: JWK.limits) else {
      return .null
    }
    return .object(members.merging(more) { $1 })
  }

  @Test func keyIsReadOnceAndFoundAfterwards() throws {
    let cache = DPoPKeyCache()
    let key = PrivateKey(generating: .p256).publicKey
    for _ in 0..<2 {
      let entry = try cache.entry(Self.value(key))
      #expect(entry.key == key)
      #expect(entry.thumbprint == JWK(key).thumbprint)
    }
  }

  @Test("a valid key does not let another form of it through")
  func formsAreApart() throws {
    let cache = DPoPKeyCache()
    let key = PrivateKey(generating: .p256).publicKey
    _ = try cache.entry(Self.value(key))
    for member in ["d", "use", "alg"] {
      #expect(throws: CryptoError.self) {
        try cache.entry(Self.value(key, [member: .string("x")]))
      }
    }
  }

  @Test func keysAreFoundAfterManyOthers() throws {
    let cache = DPoPKeyCache()
    let keys = (0..<20).map { _ in PrivateKey(generating: .p256).publicKey }
    // The same keys in thousands of forms, so that generations change.
    for number in 0..<(3 * DPoPKeyCache.capacity) {
      let key = keys[number % keys.count]
      let entry = try cache.entry(Self.value(key, ["kid": .string("\(number)")]))
      #expect(entry.key == key)
    }
  }
}
