import ATProtoData
import Testing

@testable import ATProtoRepo

@Suite struct MSTNeighborTests {
  @Test("an empty tree does not have neighbors")
  func emptyTree() throws {
    let tree = try Fixture.tree([:])
    let (before, after) = try tree.neighbors(of: Fixture.key("com.example/a"))
    #expect(before == nil && after == nil)
  }

  @Test("neighbors are the keys before and after, of keys in the tree and others", arguments: 0..<4)
  func followsASortedList(seed: Int) throws {
    var random = Random(state: UInt64(50 + seed))
    let candidates = (0..<400).map { Fixture.key("com.example.record/\($0)") }
    let model = candidates.filter { _ in random.next() % 3 > 0 }
    let tree = try Fixture.storedTree(
      .init(uniqueKeysWithValues: model.map { ($0, Fixture.value(1)) })
    )
    let sorted = model.sorted()
    for key in candidates {
      let (before, after) = try tree.neighbors(of: key)
      #expect(before == sorted.last { $0 < key })
      #expect(after == sorted.first { key < $0 })
    }
  }

  @Test("neighbors across layers are found", arguments: [[0, 3, 0], [3, 0, 3], [2, 0, 1, 0, 2]])
  func layers(_ heights: [Int]) throws {
    let keys = Fixture.keys(heights: heights)
    let tree = try Fixture.storedTree(
      .init(uniqueKeysWithValues: keys.map { ($0, Fixture.value(1)) })
    )
    for (index, key) in keys.enumerated() {
      let (before, after) = try tree.neighbors(of: key)
      #expect(before == (index > 0 ? keys[index - 1] : nil))
      #expect(after == (index + 1 < keys.count ? keys[index + 1] : nil))
    }
  }

  @Test("a covering proof is enough, and a missing node is an error")
  func coveringProofIsEnough() throws {
    let keys = (0..<300).map { Fixture.key("com.example.record/\($0)") }.sorted()
    let tree = try Fixture.storedTree(
      .init(uniqueKeysWithValues: keys.map { ($0, Fixture.value(1)) })
    )
    for index in stride(from: 1, to: 299, by: 7) {
      var proof = BlockList()
      try tree.appendCoveringProof(of: keys[index], to: &proof)
      let partial = MerkleSearchTree(root: tree.root, store: MemoryBlockStore(proof))
      let (before, after) = try partial.neighbors(of: keys[index])
      #expect(before == keys[index - 1] && after == keys[index + 1])
    }
    let empty = MerkleSearchTree(root: tree.root, store: MemoryBlockStore())
    #expect(throws: RepoError(.missingBlock, "")) { try empty.neighbors(of: keys[0]) }
  }
}
