import ATProtoData

extension MerkleSearchTree {
  /// Adds the nodes that prove the value of `key` or its absence: the path to its place.
  public func appendProof(of key: MSTKey, to blocks: inout BlockList) throws {
    _ = try path(to: key, into: &blocks)
  }

  /// Returns the nodes that prove the values of changed keys.
  ///
  /// A path ends below the layer of its key, where the key cannot be. That is enough for a verifier
  /// that counts layers. ``appendProof(of:to:)`` also convinces a verifier that searches to the
  /// end.
  public func proof(of difference: MSTDifference) throws -> BlockList {
    var blocks = BlockList()
    for change in difference.changes {
      _ = try path(to: change.key, into: &blocks, downTo: change.key.height)
    }
    return blocks
  }

  /// Adds the nodes that a consumer needs to invert an operation on `key` (Repository
  /// specification, "Repository Diffs"): the path to its place, and those to the keys next to it.
  ///
  /// Removing the key joins the subtrees left and right of it along their edges. If the key
  /// is not in the tree, its neighbors are on the path.
  public func appendCoveringProof(of key: MSTKey, to blocks: inout BlockList) throws {
    guard let found = try path(to: key, into: &blocks) else { return }
    for (slot, isRightEdge) in [(found.slot, true), (found.slot + 1, false)] {
      var node = found.node
      var height = found.height
      var bounds = found.bounds
      var slot = slot
      while let child = node[slot: slot] {
        bounds = bounds.slot(slot, of: node)
        height -= 1
        node = try load(child, height, bounds)
        blocks.insert(child, try block(child))
        slot = isRightEdge ? node.entries.count : 0
      }
    }
  }

  private struct Place {
    var node: MSTNode
    var height: Int
    var bounds: MSTBounds
    var slot: Int
  }

  /// Adds the nodes on the path to `key`. Returns its position, or nil if it is not in the tree.
  private func path(
    to key: MSTKey,
    into blocks: inout BlockList,
    downTo layer: Int = 0
  ) throws -> Place? {
    var (node, height) = try top()
    var bounds = MSTBounds()
    blocks.insert(root, try block(root))
    while true {
      let (slot, isFound) = node.search(key)
      if isFound { return Place(node: node, height: height, bounds: bounds, slot: slot) }
      guard height >= layer, let child = node[slot: slot] else { return nil }
      bounds = bounds.slot(slot, of: node)
      height -= 1
      node = try load(child, height, bounds)
      blocks.insert(child, try block(child))
    }
  }
}
