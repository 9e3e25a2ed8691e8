import ATProtoData
import Testing

@testable import ATProtoRepo

/// Keys that an account has mined for their height.
@Suite struct MinedKeyTests {
  @Test("a node with too many entries is rejected")
  func nodesThatAreTooWideAreRefused() {
    let entries = (0...MSTNode.maximumEntryCount).map { number in
      MSTNodeData.Entry(
        keySuffix: Bytes([UInt8]("k/\(10_000 + number)".utf8)),
        prefixLength: 0,
        tree: nil,
        value: Fixture.value(1)
      )
    }
    let block = MSTNodeData(entries: entries, left: nil).cborBytes()
    #expect(throws: RepoError(.tooManyEntries, "")) {
      try MSTNode(block: block, cid: CID(hashingDAGCBOR: block))
    }
  }

  /// Checks the height alone, because no key of that height can be mined for a test.
  @Test("a height above the maximum is rejected")
  func treesThatAreTooHighAreRefused() throws {
    try MSTNode.check(height: MSTNode.maximumHeight)
    #expect(throws: RepoError(.tooHigh, "")) {
      try MSTNode.check(height: MSTNode.maximumHeight + 1)
    }
  }

  /// High keys between low ones: the cost of an operation is bounded by the height of the tree.
  @Test(
    "the cost of an edit is bounded by the height of the tree, even with mined keys",
    arguments: [
      [0, 6, 0, 6, 0, 6, 0], [6, 0, 5, 0, 4, 0, 3], [0, 0, 0, 7, 0, 0, 0], [6, 5, 4, 3, 2, 1, 0],
    ]
  )
  func costsAreBounded(heights: [Int]) throws {
    let keys = Fixture.keys(heights: heights)
    let model = Dictionary(uniqueKeysWithValues: keys.map { ($0, Fixture.value(1)) })
    let whole = try Fixture.storedTree(model)
    let bound = 2 * (heights.max()! + 1)
    for key in keys {
      var tree = whole
      try tree.remove(key)
      var proof = BlockList()
      try tree.appendCoveringProof(of: key, to: &proof)
      let removed = tree
      #expect(proof.count <= bound)
      #expect(tree.takeChanges().created.count <= bound)
      try tree.put(key, Fixture.value(1))
      #expect(tree.root == whole.root)
      proof = BlockList()
      try tree.appendCoveringProof(of: key, to: &proof)
      #expect(proof.count <= bound)
      #expect(try whole.difference(from: removed).changes.map(\.key) == [key])
    }
  }
}
