import ATProtoData

extension MerkleSearchTree {
  /// Takes operations back, the last first (Repository specification, "Repository Diffs": "a
  /// 'create' is applied as a 'delete', etc."). What was ``root`` before them is so again.
  ///
  /// The tree may be partial: the nodes of a covering proof are enough. Throws
  /// ``RepoError/Code/operationMismatch`` where the tree does not have what an operation says that
  /// it left. After an error the tree is of no further use: a copy from before is as it was.
  public mutating func invert(_ operations: [RecordOperation]) throws {
    for operation in operations.reversed() {
      try revert(operation.path.key(), from: operation.cid, to: operation.prev)
    }
  }

  /// Takes changes back, the last first.
  public mutating func invert(_ difference: MSTDifference) throws {
    for change in difference.changes.reversed() {
      try revert(change.key, from: change.new, to: change.old)
    }
  }

  private mutating func revert(_ key: MSTKey, from new: CID?, to old: CID?) throws {
    let found = if let old { try put(key, old) } else { try remove(key) }
    guard found == new else {
      throw RepoError(.operationMismatch, "'\(key)' is not what the operation says")
    }
  }

  /// The nodes of this tree that taking changes back, the last first, reads: a covering proof
  /// with nothing to spare. Those of ``appendCoveringProof(of:to:)`` allow any order.
  public func inversionProof(of difference: MSTDifference) throws -> BlockList {
    let reading = RecordingSource(tree: self)
    var partial = MerkleSearchTree(root: root, store: reading)
    try partial.invert(difference)
    return reading.blocks
  }
}

/// Remembers which blocks of a tree were read.
private final class RecordingSource: BlockSource {
  private let tree: MerkleSearchTree
  private(set) var blocks = BlockList()

  init(tree: MerkleSearchTree) {
    self.tree = tree
  }

  func block(_ cid: CID) throws -> [UInt8]? {
    let block = try tree.block(cid)
    blocks.insert(cid, block)
    return block
  }
}
