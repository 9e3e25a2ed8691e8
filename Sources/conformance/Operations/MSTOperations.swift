import ATProtoData
import ATProtoRepo

enum MSTHeightOperation: Operation {
  static let name = "mst_height"

  /// Accepts any string, even if it is not a valid key, because the height only depends on its
  /// hash.
  static func answer(_ request: Request) throws -> DataObject {
    ["height": .integer(MSTKey.height(of: [UInt8](try request.string("key").utf8)))]
  }
}

enum MSTPrefixOperation: Operation {
  static let name = "mst_prefix"

  /// Lengths are in bytes of UTF-8.
  static func answer(_ request: Request) throws -> DataObject {
    let left = [UInt8](try request.string("left").utf8)
    let right = [UInt8](try request.string("right").utf8)
    return ["len": .integer(MSTKey.commonPrefixCount(left, right))]
  }
}

enum MSTRootOperation: Operation {
  static let name = "mst_root"

  static func answer(_ request: Request) throws -> DataObject {
    let entries = try request.pairs("entries").map { key, value in
      (key: try MSTKey(key), value: try CID(value))
    }
    return ["root": .string(try tree(entries).root.string)]
  }

  static func tree(_ entries: [(key: MSTKey, value: CID)]) throws -> MerkleSearchTree {
    try MerkleSearchTree(sorted: entries.sorted { $0.key < $1.key }, store: MemoryBlockStore())
  }
}

/// A commit on a tree of keys that all have the same value.
enum MSTCommitOperation: Operation {
  static let name = "mst_commit"

  static func answer(_ request: Request) throws -> DataObject {
    let leaf = try CID(request.string("leaf"))
    let keys = try request.strings("keys").map { (key: try MSTKey($0), value: leaf) }
    let adds = try request.strings("adds").map { try MSTKey($0) }
    let deletions = try request.strings("dels").map { try MSTKey($0) }
    var tree = try MSTRootOperation.tree(keys)
    let before = tree.root
    _ = tree.takeChanges()
    for key in adds {
      guard try tree.put(key, leaf) == nil else { throw Refusal("'\(key)' exists") }
    }
    for key in deletions {
      guard try tree.remove(key) != nil else { throw Refusal("'\(key)' does not exist") }
    }
    // The new nodes, and those that are needed to invert every operation.
    var blocks = BlockList()
    for key in adds + deletions { try tree.appendCoveringProof(of: key, to: &blocks) }
    blocks.insert(contentsOf: tree.takeChanges().created)
    return [
      "root_before": .string(before.string), "root_after": .string(tree.root.string),
      "blocks": .array(blocks.map { .string($0.cid.string) }),
    ]
  }
}

/// The difference between two trees, and the nodes that prove it.
enum MSTDiffOperation: Operation {
  static let name = "mst_diff"

  static func answer(_ request: Request) throws -> DataObject {
    let before = try tree(request.bytes(base64: "car_a"))
    let after = try tree(request.bytes(base64: "car_b"))
    let difference = try after.difference(from: before)
    return [
      "record_ops": .array(difference.changes.map(operation)),
      "created_nodes": .array(texts(difference.createdNodes)),
      "deleted_nodes": .array(texts(difference.removedNodes)),
      "proof_nodes": .array(texts(try after.proof(of: difference).map(\.cid))),
      "inductive_proof_nodes": .array(texts(try after.inversionProof(of: difference).map(\.cid))),
    ]
  }

  /// The tree whose root is the file's.
  private static func tree(_ car: [UInt8]) throws -> MerkleSearchTree {
    let blocks = try CARBlocks(car)
    guard let root = blocks.roots.first, blocks.roots.count == 1 else {
      throw Refusal("the CAR file must have one root, not \(blocks.roots.count)")
    }
    return MerkleSearchTree(root: root, store: blocks)
  }

  private static func operation(_ change: MSTDifference.Change) -> DataValue {
    [
      "rpath": .string(change.key.description), "old_value": text(change.old),
      "new_value": text(change.new),
    ]
  }

  private static func text(_ cid: CID?) -> DataValue {
    cid.map { .string($0.string) } ?? .null
  }

  /// Sets are not ordered, but answers must be.
  private static func texts(_ cids: some Sequence<CID>) -> [DataValue] {
    cids.map(\.string).sorted().map(DataValue.string)
  }
}
