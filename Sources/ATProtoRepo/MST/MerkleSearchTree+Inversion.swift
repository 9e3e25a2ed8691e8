import ATProtoData

extension MerkleSearchTree {
  /// Reverts operations, the last one first (Repository specification, "Repository Diffs": "a
  /// 'create' is applied as a 'delete', etc."). Afterwards, ``root`` is the root before the
  /// operations.
  ///
  /// The tree may be partial: the nodes of a covering proof are enough. Throws
  /// ``RepoError/Code/operationMismatch`` if the tree does not have the result of an operation.
  /// After an error, the tree cannot be used any more; a copy made earlier is unchanged.
  public mutating func invert(_ operations: [RecordOperation]) throws {
    for operation in operations.reversed() {
      try revert(operation.path.key(), from: operation.cid, to: operation.prev)
    }
  }

  /// Reverts the changes of a difference, the last one first.
  public mutating func invert(_ difference: MSTDifference) throws {
    for change in difference.changes.reversed() {
      try revert(change.key, from: change.new, to: change.old)
    }
  }

  private mutating func revert(_ key: MSTKey, from new: CID?, to old: CID?) throws {
    let found = if let old { try put(key, old) } else { try remove(key) }
    guard found == new else {
      throw RepoError(.operationMismatch, "'\(key)' does not have the value of the operation")
    }
  }

  /// Returns the nodes of this tree that are read when changes are reverted, the last one first: a
  /// minimal covering proof. The nodes of ``appendCoveringProof(of:to:)`` allow reverting in any
  /// order.
  public func inversionProof(of difference: MSTDifference) throws -> BlockList {
    let reading = RecordingSource(tree: self)
    var partial = MerkleSearchTree(root: root, store: reading)
    try partial.invert(difference)
    return reading.blocks
  }
}

/// Records which blocks of a tree are read.
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
