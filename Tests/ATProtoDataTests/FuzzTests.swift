import ATProtoData
import Testing

/// Mutations of documents: every input decodes or throws, and what decodes comes back the same.
@Suite struct FuzzTests {
  static let budget = 500

  static func mutated(
    _ bytes: [UInt8],
    _ other: [UInt8],
    _ random: inout SeededGenerator
  ) -> [UInt8] {
    var bytes = bytes
    for _ in 0...Int.random(in: 0..<3, using: &random) {
      let index = Int.random(in: 0...bytes.count, using: &random)
      switch Int.random(in: 0..<7, using: &random) {
      case 0 where index < bytes.count: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 1: bytes.removeSubrange(index...)
      case 2 where index < bytes.count: bytes.remove(at: index)
      case 3: bytes.insert(UInt8.random(in: 0...255, using: &random), at: index)
      case 4:
        let cut = Int.random(in: 0...other.count, using: &random)
        bytes = Array(bytes[..<index] + other[cut...])
      case 5:
        let heads: [[UInt8]] = [
          [0x9B, 0x80, 0, 0, 0, 0, 0, 0, 0], [0xBB, 0xFF, 0, 0, 0, 0, 0, 0, 1],
          [0x7B, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], [0x5A, 0xFF, 0xFF, 0xFF, 0xFF],
          [0xD8, 0x2A], [0xFB, 0, 0], Array(#"\ud83d"#.utf8), Array(#","":"#.utf8),
          Array("1e99".utf8),
        ]
        bytes.insert(contentsOf: heads.randomElement(using: &random) ?? [], at: index)
      default:
        let end = Int.random(in: index...bytes.count, using: &random)
        bytes.insert(contentsOf: bytes[index..<end], at: index)
      }
    }
    return bytes
  }

  @Test(arguments: [1, 2, 3, 4] as [UInt64])
  func cbor(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let documents =
      try (RoundTripTests.posts + RoundTripTests.nodes).map { try DataValue(json: $0).cborBytes() }
    for _ in 0..<Self.budget {
      let input = Self.mutated(
        documents.randomElement(using: &random) ?? [],
        documents.randomElement(using: &random) ?? [],
        &random
      )
      let untyped = try? DataValue(cbor: input)
      if let untyped { #expect(untyped.cborBytes() == input) }
      if let post = try? Sample.Feed.Post(cbor: input) {
        #expect(post.cborBytes() == input)
        #expect(untyped != nil)
      }
      if let node = try? Sample.Node(cbor: input) {
        #expect(node.cborBytes() == input)
        #expect(untyped != nil)
      }
      let tolerant = try? DataValue(cbor: input, rules: Rules(rawValue: .max))
      if let untyped { #expect(tolerant == untyped) }
      if let tolerant {
        #expect(
          try DataValue(cbor: tolerant.cborBytes(), rules: .allowsForeignCIDs) == tolerant
        )
      }
    }
  }

  @Test(arguments: [1, 2, 3, 4] as [UInt64])
  func json(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let documents =
      (RoundTripTests.posts + RoundTripTests.nodes + JSONTests.valid.map(\.0)).map {
        Array($0.utf8)
      }
    for _ in 0..<Self.budget {
      let input = Self.mutated(
        documents.randomElement(using: &random) ?? [],
        documents.randomElement(using: &random) ?? [],
        &random
      )
      let untyped = try? DataValue(json: input)
      if let untyped {
        #expect(try DataValue(json: untyped.jsonBytes()) == untyped)
        #expect(try DataValue(cbor: untyped.cborBytes()) == untyped)
      }
      if let post = try? Sample.Feed.Post(json: input) {
        #expect(post.dataValue == untyped)
      }
      if let node = try? Sample.Node(json: input) {
        #expect(node.dataValue == untyped)
      }
    }
  }
}
