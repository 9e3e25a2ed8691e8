import ATProtoData
import Testing

@testable import ATProtoRepo

@Suite struct MerkleSearchTreeTests {
  static let leaf = "bafyreie5cvv4h45feadgeuwhbcutmh6t2ceseocckahdoe6uat64zmz454"

  /// Roots that other implementations also compute.
  @Test(
    "trees have the published roots",
    arguments: [
      ([], "bafyreie5737gdxlw5i64vzichcalba3z2v5n6icifvx5xytvske7mr3hpm"),
      (
        ["com.example.record/3jqfcqzm3fo2j"],
        "bafyreibj4lsc3aqnrvphp5xmrnfoorvru4wynt6lwidqbm2623a6tatzdu"
      ),
      (
        ["com.example.record/3jqfcqzm3fx2j"],
        "bafyreih7wfei65pxzhauoibu3ls7jgmkju4bspy4t2ha2qdjnzqvoy33ai"
      ),
      (
        [
          "com.example.record/3jqfcqzm3fp2j", "com.example.record/3jqfcqzm3fr2j",
          "com.example.record/3jqfcqzm3fs2j", "com.example.record/3jqfcqzm3ft2j",
          "com.example.record/3jqfcqzm4fc2j",
        ],
        "bafyreicmahysq4n6wfuxo522m6dpiy7z7qzym3dzs756t5n7nfdgccwq7m"
      ),
    ]
  )
  func knownRoots(keys: [String], root: String) throws {
    let value = try CID(Self.leaf)
    #expect(
      try Fixture.tree(.init(uniqueKeysWithValues: keys.map { (Fixture.key($0), value) })).root
        .string == root
    )
    var tree = MerkleSearchTree(emptyIn: MemoryBlockStore())
    for key in keys.reversed() { try tree.put(Fixture.key(key), value) }
    #expect(tree.root.string == root)
  }

  /// Compares random operations with a dictionary; after each one, the tree is the same as one
  /// built from scratch.
  @Test("random edits produce the content of a dictionary", arguments: 0..<6)
  func followsADictionary(seed: Int) throws {
    var random = Random(state: UInt64(seed))
    let keys = (0..<60).map { _ in Fixture.key("c/\(random.next() % 100_000)") }
    var store = MemoryBlockStore()
    var tree = MerkleSearchTree(emptyIn: store)
    var model: [MSTKey: CID] = [:]
    for step in 0..<150 {
      let key = keys.randomElement(using: &random)!
      if random.next() % 5 < 3 {
        let value = Fixture.value(Int(random.next() % 4))
        #expect(try tree.put(key, value) == model.updateValue(value, forKey: key))
      } else {
        #expect(try tree.remove(key) == model.removeValue(forKey: key))
      }
      let fresh = try Fixture.tree(model)
      #expect(tree.root == fresh.root)
      #expect(try tree.value(key) == model[key])
      if step % 10 == 9 {
        // Once changes are applied, the store contains exactly the nodes of the tree.
        store.apply(tree.takeChanges())
        let nodes = Set(fresh.created.keys)
        #expect(store.count == nodes.count)
        #expect(nodes.allSatisfy { store.block($0) != nil })
        // Continue with what is in the store, and nothing else.
        tree = MerkleSearchTree(root: tree.root, store: store)
        #expect(try tree.entries().map(\.key) == model.keys.sorted())
        #expect(try tree.entries().map(\.value) == model.keys.sorted().map { model[$0] })
      }
    }
  }

  @Test("the changes of a batch are the difference of the trees")
  func changesOfABatchAreTheDifferenceOfTheTrees() throws {
    var random = Random(state: 7)
    var model: [MSTKey: CID] = [:]
    for number in 0..<300 { model[Fixture.key("k/\(number)")] = Fixture.value(number) }
    for _ in 0..<20 {
      var tree = try Fixture.tree(model)
      let before = Set(tree.created.keys)
      _ = tree.takeChanges()
      for _ in 0..<8 {
        let key = Fixture.key("k/\(random.next() % 400)")
        if random.next() % 2 == 0 {
          model[key] = Fixture.value(Int(random.next() % 1000))
          try tree.put(key, model[key]!)
        } else {
          model[key] = nil
          try tree.remove(key)
        }
      }
      let after = Set(try Fixture.tree(model).created.keys)
      let changes = tree.takeChanges()
      #expect(Set(changes.created.map(\.cid)) == after.subtracting(before))
      #expect(Set(changes.removed) == before.subtracting(after))
      // Nothing has changed since.
      let none = tree.takeChanges()
      #expect(none.created.isEmpty && none.removed.isEmpty)
    }
  }

  /// All pairs of subsets of keys with chosen heights: single operations lead from one to the
  /// other, produce the same tree as one built from scratch, and have a proof that can be inverted,
  /// in both orders of the operations.
  @Test(
    "the root of a small tree depends only on its content, not on the order of edits",
    arguments: [[0, 1, 0, 2, 0], [2, 0, 0, 2, 1], [3, 0, 1, 0, 3], [0, 0, 4, 0, 0]]
  )
  func allSmallTrees(heights: [Int]) throws {
    let keys = Fixture.keys(heights: heights)
    func subset(_ mask: Int) -> [MSTKey] {
      keys.indices.filter { mask >> $0 & 1 == 1 }.map { keys[$0] }
    }
    func model(_ mask: Int) -> [MSTKey: CID] {
      .init(uniqueKeysWithValues: subset(mask).map { ($0, Fixture.value(1)) })
    }
    let all = 1 << keys.count
    let trees = try (0..<all).map { try Fixture.storedTree(model($0)) }
    for from in 0..<all {
      for to in 0..<all where from != to {
        var tree = trees[from]
        let touched = subset(from ^ to)
        for key in touched {
          if try tree.value(key) == nil {
            try tree.put(key, Fixture.value(1))
          } else {
            try tree.remove(key)
          }
        }
        #expect(tree.root == trees[to].root)

        var proof = BlockList()
        for key in touched { try tree.appendCoveringProof(of: key, to: &proof) }
        proof.insert(contentsOf: tree.takeChanges().created)
        for order in [touched, touched.reversed()] {
          var partial = MerkleSearchTree(root: tree.root, store: MemoryBlockStore(proof))
          for key in order {
            if try partial.remove(key) == nil { try partial.put(key, Fixture.value(1)) }
          }
          #expect(partial.root == trees[from].root)
        }
      }
    }
  }

  @Test("a walk can begin at any key")
  func walkCanBeginAtAnyKey() throws {
    var random = Random(state: 3)
    let keys = Set((0..<200).map { _ in Fixture.key("k/\(random.next() % 1000)") }).sorted()
    let tree = try Fixture.tree(.init(uniqueKeysWithValues: keys.map { ($0, Fixture.value(1)) }))
    for _ in 0..<50 {
      let start = Fixture.key("k/\(random.next() % 1000)")
      var found: [MSTKey] = []
      try tree.forEachEntry(from: start) { key, _ in
        found.append(key)
        return true
      }
      #expect(found == keys.filter { $0 >= start })
    }
    for prefix in ["k/1", "k/99", "k/", "k", "l", "a"] {
      var found: [MSTKey] = []
      try tree.forEachEntry(prefix: [UInt8](prefix.utf8)) { key, _ in
        found.append(key)
        return found.count < 20
      }
      let expected = keys.filter { $0.bytes.starts(with: prefix.utf8) }
      #expect(found == [MSTKey](expected.prefix(20)))
    }
  }

  @Test("a walk of a range loads only the nodes of the range")
  func rangesLoadOnlyTheirNodes() throws {
    final class CountingSource: BlockSource {
      let store: MemoryBlockStore
      var count = 0

      init(_ store: MemoryBlockStore) { self.store = store }

      func block(_ cid: CID) -> [UInt8]? {
        count += 1
        return store.block(cid)
      }
    }
    var random = Random(state: 31)
    let keys = (0..<2000).map { Fixture.key("k/\($0 + 10_000)") }
    var tree = try Fixture.tree(.init(uniqueKeysWithValues: keys.map { ($0, Fixture.value(1)) }))
    let nodeCount = tree.created.count
    let store = MemoryBlockStore(tree.takeChanges().created)
    for _ in 0..<30 {
      let bounds = [Int(random.next() % 2000), Int(random.next() % 2000)].sorted()
      let source = CountingSource(store)
      let lazy = MerkleSearchTree(root: tree.root, store: source)
      #expect(source.count == 0)
      var found: [MSTKey] = []
      try lazy.forEachEntry(from: keys[bounds[0]], before: keys[bounds[1]]) { key, _ in
        found.append(key)
        return true
      }
      #expect(found == [MSTKey](keys[bounds[0]..<bounds[1]]))
      #expect(source.count <= found.count + 20)
    }
    #expect(nodeCount > 400)
  }

  @Test("the proof of a key contains the path to its position")
  func proofsOfOneKey() throws {
    let keys = (0..<100).map { Fixture.key("k/\($0)") }.sorted()
    let tree = try Fixture.tree(.init(uniqueKeysWithValues: keys.map { ($0, Fixture.value(1)) }))
    for key in keys + [Fixture.key("k/none"), Fixture.key("a"), Fixture.key("z")] {
      var proof = BlockList()
      try tree.appendProof(of: key, to: &proof)
      let partial = MerkleSearchTree(root: tree.root, store: MemoryBlockStore(proof))
      #expect(try partial.value(key) == (keys.contains(key) ? Fixture.value(1) : nil))
      // Every block of a proof is needed.
      for (cid, _) in proof {
        var rest = BlockList()
        for block in proof where block.cid != cid { rest.insert(block.cid, block.bytes) }
        let broken = MerkleSearchTree(root: tree.root, store: MemoryBlockStore(rest))
        #expect(throws: RepoError(.missingBlock, "")) { try broken.value(key) }
      }
    }
  }

  @Test("a failed edit does not affect a copy")
  func failedEditDoesNotAffectACopy() throws {
    var tree = try Fixture.tree(
      .init(uniqueKeysWithValues: (0..<50).map { (Fixture.key("k/\($0)"), Fixture.value($0)) })
    )
    let top = tree.takeChanges().created[tree.root]!
    var store = MemoryBlockStore()
    store.insert(tree.root, top)
    let partial = MerkleSearchTree(root: tree.root, store: store)
    var edited = partial
    #expect(throws: RepoError(.missingBlock, "")) { try edited.remove(Fixture.key("k/7")) }
    #expect(partial.root == tree.root)
  }

  @Test("entries that are not in ascending order are rejected")
  func entriesMustAscend() {
    for keys in [["b", "a"], ["a", "a"]] {
      #expect(throws: RepoError(.keyOrder, "")) {
        try MerkleSearchTree(
          sorted: keys.map { (key: Fixture.key($0), value: Fixture.value(1)) },
          store: MemoryBlockStore()
        )
      }
    }
  }

  /// Keys mined for one height, so that they are all in one node.
  @Test("a tree of mined keys is rejected")
  func minedKeysAreRefused() throws {
    let keys = (0..<6000).map { Fixture.key("k/\($0)") }.filter { $0.height == 0 }.sorted()
    #expect(keys.count > MSTNode.maximumEntryCount)
    let model = Dictionary(uniqueKeysWithValues: keys.map { ($0, Fixture.value(1)) })
    #expect(throws: RepoError(.tooManyEntries, "")) { try Fixture.tree(model) }
    let most = Dictionary(
      uniqueKeysWithValues: keys.prefix(MSTNode.maximumEntryCount).map { ($0, Fixture.value(1)) }
    )
    var tree = try Fixture.tree(most)
    #expect(throws: RepoError(.tooManyEntries, "")) {
      try tree.put(keys[MSTNode.maximumEntryCount], Fixture.value(1))
    }
  }
}
