import ATProtoRepo
import Foundation
import Testing

@Suite struct MSTKeyTests {
  struct HeightVector: Decodable {
    var key: String
    var height: Int
  }

  struct PrefixVector: Decodable {
    var left: String
    var right: String
    var len: Int
  }

  /// Repository specification, "MST Structure", and values next to the boundaries.
  @Test(
    "the height is the number of leading zero pairs of the hash",
    arguments: [
      ("2653ae71", 0), ("blue", 1), ("app.bsky.feed.post/454397e440ec", 4),
      ("app.bsky.feed.post/9adeb165882c", 8), ("asdf", 0), ("88bfafc7", 2), ("2a92d355", 4),
      ("884976f5", 6),
    ]
  )
  func height(key: String, height: Int) throws {
    #expect(try MSTKey(key).height == height)
  }

  @Test("the protocol's height vectors are followed")
  func interopHeights() throws {
    guard let data = Fixture.interop("mst/key_heights.json") else { return }
    for vector in try JSONDecoder().decode([HeightVector].self, from: data) {
      #expect(MSTKey.height(of: [UInt8](vector.key.utf8)) == vector.height)
    }
  }

  @Test("the protocol's prefix vectors are followed")
  func interopPrefixes() throws {
    guard let data = Fixture.interop("mst/common_prefix.json") else { return }
    for vector in try JSONDecoder().decode([PrefixVector].self, from: data) {
      let count = MSTKey.commonPrefixCount([UInt8](vector.left.utf8), [UInt8](vector.right.utf8))
      #expect(count == vector.len)
    }
  }

  @Test("the protocol's example keys have the expected heights")
  func interopExampleKeys() throws {
    guard let data = Fixture.interop("mst/example_keys.txt") else { return }
    let lines = String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
    // The digit after the letter is the height, and the file is sorted.
    let keys = try lines.map { try MSTKey($0) }
    for key in keys { #expect(key.height == Int(key.bytes[1]) - 0x30) }
    #expect(keys == keys.sorted())
  }

  @Test("keys are ordered by bytes")
  func keysAreOrderedByBytes() throws {
    let texts = ["a", "a/b", "ab", "b", "\u{e9}", "\u{1f600}"]
    let keys = try texts.map { try MSTKey($0) }
    for (i, left) in keys.enumerated() {
      for (j, right) in keys.enumerated() {
        #expect((left < right) == (i < j))
        #expect((left == right) == (i == j))
      }
    }
  }

  @Test("a key that is empty or too long is rejected", arguments: [0, 1025, 1_000_000])
  func refuses(count: Int) {
    #expect(throws: RepoError(.invalidKey, "")) {
      try MSTKey([UInt8](repeating: 0x61, count: count))
    }
  }
}
