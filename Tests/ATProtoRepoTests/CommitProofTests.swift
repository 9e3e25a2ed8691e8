import ATProtoData
import ATProtoRepo
import Foundation
import Testing

/// The vectors that implementations share: what a commit must include so that its operations can be
/// inverted in any order.
@Suite struct CommitProofTests {
  struct Vector: Decodable, CustomTestStringConvertible {
    var comment: String
    var leafValue: String
    var keys: [String]
    var adds: [String]
    var dels: [String]
    var rootBeforeCommit: String
    var rootAfterCommit: String
    var blocksInProof: [String]

    var testDescription: String { comment }
  }

  static let vectors: [Vector] = {
    guard let data = Fixture.interop("firehose/commit-proof-fixtures.json") else { return [] }
    return try! JSONDecoder().decode([Vector].self, from: data)
  }()

  @Test("the protocol's commit proof vectors are followed", arguments: vectors)
  func vector(_ vector: Vector) throws {
    let leaf = try CID(vector.leafValue)
    var tree = try Fixture.tree(
      .init(uniqueKeysWithValues: vector.keys.map { (Fixture.key($0), leaf) })
    )
    #expect(tree.root.string == vector.rootBeforeCommit)
    _ = tree.takeChanges()
    for key in vector.adds { try tree.put(Fixture.key(key), leaf) }
    for key in vector.dels { try tree.remove(Fixture.key(key)) }
    #expect(tree.root.string == vector.rootAfterCommit)

    var proof = BlockList()
    for key in vector.adds + vector.dels {
      try tree.appendCoveringProof(of: Fixture.key(key), to: &proof)
    }
    #expect(Set(proof.map(\.cid.string)) == Set(vector.blocksInProof))
    // New nodes are on the path to the keys, so they add nothing.
    let covered = proof.count
    proof.insert(contentsOf: tree.takeChanges().created)
    #expect(proof.count == covered)

    for order in permutations(vector.adds + vector.dels) {
      var partial = MerkleSearchTree(root: tree.root, store: MemoryBlockStore(proof))
      for key in order {
        if vector.adds.contains(key) {
          try partial.remove(Fixture.key(key))
        } else {
          try partial.put(Fixture.key(key), leaf)
        }
      }
      #expect(partial.root.string == vector.rootBeforeCommit)
    }
  }

  private func permutations(_ keys: [String]) -> [[String]] {
    if keys.count < 2 { return [keys] }
    return keys.flatMap { key in
      permutations(keys.filter { $0 != key }).map { [key] + $0 }
    }
  }
}
