import ATProtoData

extension MerkleSearchTree {
  /// Returns the keys next to `key` in order, whether or not the tree has it; nil at the ends.
  ///
  /// A covering proof of `key` has the nodes that this needs. Throws
  /// ``RepoError/Code/missingBlock`` if a node is missing.
  func neighbors(of key: MSTKey) throws -> (before: MSTKey?, after: MSTKey?) {
    var (node, height) = try top()
    var bounds = MSTBounds()
    var found = node.search(key)
    while !found.isFound, let child = node[slot: found.slot] {
      bounds = bounds.slot(found.slot, of: node)
      height -= 1
      node = try load(child, height, bounds)
      found = node.search(key)
    }
    let left = bounds.slot(found.slot, of: node)
    guard found.isFound else { return (left.lower, left.upper) }
    let right = bounds.slot(found.slot + 1, of: node)
    return (
      try edge(of: node, found.slot, height, left, isRight: true) ?? left.lower,
      try edge(of: node, found.slot + 1, height, right, isRight: false) ?? right.upper
    )
  }

  /// The last or first key of the subtree in a slot; nil if there is no subtree.
  private func edge(
    of node: MSTNode,
    _ slot: Int,
    _ height: Int,
    _ bounds: MSTBounds,
    isRight: Bool
  ) throws -> MSTKey? {
    var edge: MSTKey?
    var next = node[slot: slot]
    var height = height
    var bounds = bounds
    while let child = next {
      height -= 1
      let node = try load(child, height, bounds)
      edge = (isRight ? node.entries.last : node.entries.first)?.key ?? edge
      let slot = isRight ? node.entries.count : 0
      bounds = bounds.slot(slot, of: node)
      next = node[slot: slot]
    }
    return edge
  }
}
