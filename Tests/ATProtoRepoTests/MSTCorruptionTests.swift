import ATProtoData
import Testing

@testable import ATProtoRepo

/// Changes every field of every kind of node. A tree that is accepted nevertheless must be the only
/// tree of its entries.
@Suite struct MSTCorruptionTests {
  /// A top node with two entries; nodes with and without entries below it; leaves.
  static let keys = Fixture.keys(heights: [0, 3, 0, 0, 1, 0, 3, 2, 0, 1])

  static let nodeCount = 11

  let tree: MerkleSearchTree
  let nodes: [CID]

  init() throws {
    let entries = Self.keys.enumerated().map { ($1, Fixture.value($0)) }
    tree = try Fixture.storedTree(Dictionary(uniqueKeysWithValues: entries))
    nodes = try MSTDifferenceTests.nodes(tree).sorted()
    try #require(nodes.count == Self.nodeCount)
  }

  func data(_ cid: CID) throws -> MSTNodeData {
    let node = try tree.node(cid)
    var previous: MSTKey?
    let entries = node.entries.map { entry in
      let prefix = previous.map { entry.key.commonPrefixCount(with: $0) } ?? 0
      previous = entry.key
      return MSTNodeData.Entry(
        keySuffix: Bytes([UInt8](entry.key.bytes[prefix...])),
        prefixLength: prefix,
        tree: entry.tree,
        value: entry.value
      )
    }
    return MSTNodeData(entries: entries, left: node.left)
  }

  /// The tree with `data` in place of the node `changed`, and all links to it updated.
  func rebuilt(_ changed: CID, _ data: MSTNodeData) throws -> MerkleSearchTree {
    var store = MemoryBlockStore()
    for cid in nodes { store.insert(cid, try tree.block(cid)) }
    func rebuild(_ cid: CID) throws -> CID {
      var node: MSTNodeData
      if cid == changed {
        node = data
      } else {
        node = try self.data(cid)
        node.left = try node.left.map(rebuild)
        for index in node.entries.indices {
          node.entries[index].tree = try node.entries[index].tree.map(rebuild)
        }
      }
      let block = node.cborBytes()
      let new = CID(hashingDAGCBOR: block)
      store.insert(new, block)
      return new
    }
    let root = try rebuild(tree.root)
    return MerkleSearchTree(root: root, store: store)
  }

  func changes(_ data: MSTNodeData) -> [MSTNodeData] {
    let links: [CID?] = [nil, Fixture.value(1), CID(hashingDAGCBOR: Fixture.record(1))] + nodes
    var changes: [MSTNodeData] = []
    func change(_ body: (inout MSTNodeData) -> Void) {
      var changed = data
      body(&changed)
      changes.append(changed)
    }
    for link in links { change { $0.left = link } }
    change { $0.entries = [] }
    change { $0.entries.reverse() }
    for index in data.entries.indices {
      change { $0.entries.remove(at: index) }
      change { $0.entries.insert($0.entries[index], at: index) }
      for link in links { change { $0.entries[index].tree = link } }
      change { $0.entries[index].value = Fixture.value(99) }
      let prefix = data.entries[index].prefixLength
      for length in [0, 1, prefix - 1, prefix + 1, 1000] {
        change { $0.entries[index].prefixLength = length }
      }
      let suffix = data.entries[index].keySuffix.array
      for other in [[], suffix + [0x30], suffix.dropLast(), suffix.reversed(), [0x7f] + suffix] {
        change { $0.entries[index].keySuffix = Bytes(other) }
      }
      for position in suffix.indices {
        change { $0.entries[index].keySuffix.array[position] ^= 1 }
      }
    }
    return changes
  }

  @Test("a change to any field of a node is detected", arguments: 0..<nodeCount)
  func everyField(index: Int) throws {
    let cid = nodes[index]
    let data = try self.data(cid)
    #expect(try rebuilt(cid, data).root == tree.root)
    var refusals = 0
    for changed in changes(data) {
      let changed = try rebuilt(cid, changed)
      do {
        let entries = try changed.entries()
        let fresh = try MerkleSearchTree(sorted: entries, store: MemoryBlockStore())
        #expect(fresh.root == changed.root)
      } catch is RepoError {
        refusals += 1
      }
    }
    #expect(refusals > 8)
  }
}
