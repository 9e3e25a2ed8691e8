import ATProtoData
import Testing

@testable import ATProtoRepo

@Suite struct MSTDifferenceTests {
  typealias Model = [MSTKey: CID]
  typealias Change = MSTDifference.Change

  /// The difference of two dictionaries.
  static func changes(_ old: Model, _ new: Model) -> [Change] {
    Set(old.keys).union(new.keys).sorted()
      .filter { old[$0] != new[$0] }
      .map { Change(key: $0, old: old[$0], new: new[$0]) }
  }

  static func nodes(_ tree: MerkleSearchTree) throws -> Set<CID> {
    var nodes: Set<CID> = []
    var walk = tree.walk()
    while let step = try walk.next() {
      if case .node(let cid, _) = step { nodes.insert(cid) }
    }
    return nodes
  }

  static func blocks(_ cids: some Sequence<CID>, of tree: MerkleSearchTree) throws -> BlockList {
    var blocks = BlockList()
    for cid in cids { blocks.insert(cid, try tree.block(cid)) }
    return blocks
  }

  static func partial(_ tree: MerkleSearchTree, _ blocks: BlockList) -> MerkleSearchTree {
    MerkleSearchTree(root: tree.root, store: MemoryBlockStore(blocks))
  }

  /// Compares two trees in every available way.
  static func check(
    _ old: MerkleSearchTree,
    _ new: MerkleSearchTree,
    _ changes: [Change],
    oldNodes: Set<CID>,
    newNodes: Set<CID>
  ) throws {
    let difference = try new.difference(from: old)
    #expect(difference.changes == changes)
    #expect(difference.createdNodes == newNodes.subtracting(oldNodes))
    #expect(difference.removedNodes == oldNodes.subtracting(newNodes))

    // Nodes that both trees have are not needed.
    let partialOld = try partial(old, blocks(difference.removedNodes, of: old))
    let partialNew = try partial(new, blocks(difference.createdNodes, of: new))
    #expect(try partialNew.difference(from: partialOld).changes == changes)

    var inverted = new
    try inverted.invert(difference)
    #expect(inverted.root == old.root)

    let values = try partial(new, new.proof(of: difference))
    for change in changes where change.new != nil {
      #expect(try values.value(change.key) == change.new)
    }

    // The proof is sufficient, and every block of it is needed.
    let proof = try new.inversionProof(of: difference)
    inverted = partial(new, proof)
    try inverted.invert(difference)
    #expect(inverted.root == old.root)
    for (cid, _) in proof where !changes.isEmpty {
      var rest = BlockList()
      for block in proof where block.cid != cid { rest.insert(block.cid, block.bytes) }
      #expect(throws: RepoError(.missingBlock, "")) {
        var broken = partial(new, rest)
        try broken.invert(difference)
      }
    }
  }

  /// All pairs of subsets of keys at chosen heights.
  @Test(
    "the difference of all small trees is the difference of their dictionaries",
    arguments: [[0, 1, 0, 2, 0], [2, 0, 0, 2, 1], [3, 0, 1, 0, 3], [0, 0, 4, 0, 0]]
  )
  func allSmallTrees(heights: [Int]) throws {
    let keys = Fixture.keys(heights: heights)
    let models = (0..<1 << keys.count).map { mask in
      Model(
        uniqueKeysWithValues: keys.indices.filter { mask >> $0 & 1 == 1 }
          .map { (keys[$0], Fixture.value($0)) }
      )
    }
    let trees = try models.map(Fixture.storedTree)
    let nodes = try trees.map(Self.nodes)
    for (from, old) in models.enumerated() {
      for (to, new) in models.enumerated() {
        try Self.check(
          trees[from],
          trees[to],
          Self.changes(old, new),
          oldNodes: nodes[from],
          newNodes: nodes[to]
        )
      }
    }
  }

  /// Every key is absent or has one of two values.
  @Test("the difference of small trees includes updates")
  func allSmallTreesWithUpdates() throws {
    let keys = Fixture.keys(heights: [0, 2, 1, 0])
    let models = (0..<81).map { number in
      var model = Model()
      var rest = number
      for key in keys {
        if rest % 3 > 0 { model[key] = Fixture.value(rest % 3) }
        rest /= 3
      }
      return model
    }
    let trees = try models.map(Fixture.storedTree)
    for (from, old) in models.enumerated() {
      for (to, new) in models.enumerated() {
        #expect(try trees[to].difference(from: trees[from]).changes == Self.changes(old, new))
      }
    }
  }

  @Test("the difference of random trees is that of their dictionaries", arguments: 0..<8)
  func followsDictionaries(seed: Int) throws {
    var random = Random(state: UInt64(500 + seed))
    var old = Model()
    for number in 0..<Int(random.next() % 400) {
      old[Fixture.key("k/\(number)")] = Fixture.value(1)
    }
    for _ in 0..<6 {
      var new = old
      for _ in 0..<Int(random.next() % 12) {
        let key = Fixture.key("k/\(random.next() % 500)")
        new[key] = random.next() % 3 == 0 ? nil : Fixture.value(Int(random.next() % 3))
      }
      let (before, after) = try (Fixture.storedTree(old), Fixture.storedTree(new))
      try Self.check(
        before,
        after,
        Self.changes(old, new),
        oldNodes: Self.nodes(before),
        newNodes: Self.nodes(after)
      )
      old = new
    }
  }

  /// What a consumer gets from a commit: the slice, compared with its own copy of the previous
  /// tree.
  @Test("the difference is computed from a covering proof")
  func differenceIsComputedFromACoveringProof() throws {
    let model = Model(
      uniqueKeysWithValues: (0..<300).map { (Fixture.key("k/\($0)"), Fixture.value($0)) }
    )
    let old = try Fixture.storedTree(model)
    for number in stride(from: 0, to: 300, by: 17) {
      let key = Fixture.key("k/\(number)")
      var new = old
      try new.remove(key)
      var proof = BlockList()
      try new.appendCoveringProof(of: key, to: &proof)
      proof.insert(contentsOf: new.takeChanges().created)
      let difference = try Self.partial(new, proof).difference(from: old)
      #expect(difference.changes == [Change(key: key, old: Fixture.value(number), new: nil)])
    }
  }

  @Test("a missing node that is needed is reported")
  func missingNodeIsReported() throws {
    let old = try Fixture.storedTree([:])
    let model = Model(
      uniqueKeysWithValues: (0..<60).map { (Fixture.key("k/\($0)"), Fixture.value($0)) }
    )
    let new = try Fixture.storedTree(model)
    let nodes = try Self.nodes(new)
    for missing in nodes {
      let partial = try Self.partial(new, Self.blocks(nodes.subtracting([missing]), of: new))
      #expect(throws: RepoError(.missingBlock, "")) { try partial.difference(from: old) }
      #expect(throws: RepoError(.missingBlock, "")) { try old.difference(from: partial) }
    }
    #expect(try new.difference(from: new).changes.isEmpty)
  }

  @Test("operations that do not agree with the tree are rejected")
  func operationsMustMatchTheTree() throws {
    let model = Model(
      uniqueKeysWithValues: (0..<20).map { (Fixture.path($0), Fixture.value($0)) }
        .map { (Fixture.key($0.0.string), $0.1) }
    )
    let tree = try Fixture.storedTree(model)
    let wrong = [
      RecordOperation(action: .create, path: Fixture.path(3), cid: Fixture.value(4), prev: nil),
      .init(action: .create, path: Fixture.path(99), cid: Fixture.value(99), prev: nil),
      .init(action: .delete, path: Fixture.path(3), cid: nil, prev: Fixture.value(1)),
      .init(action: .update, path: Fixture.path(99), cid: Fixture.value(1), prev: Fixture.value(2)),
    ]
    for operation in wrong {
      var inverted = tree
      #expect(throws: RepoError(.operationMismatch, "")) { try inverted.invert([operation]) }
    }
  }
}
