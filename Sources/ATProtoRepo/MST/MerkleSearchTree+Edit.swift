public import ATProtoData

// Nodes are not changed but replaced. A replaced node is dropped before its replacement is stored;
// if both are the same block, it remains.

extension MerkleSearchTree {
  /// Sets the value of a key, and returns the previous value, or nil if the key is new.
  ///
  /// After an error, the tree cannot be used any more; a copy made earlier is unchanged.
  @discardableResult
  public mutating func put(_ key: MSTKey, _ value: CID) throws -> CID? {
    try insert(MSTNode.Entry(key: key, value: value))
  }

  /// Removes a key, and returns its value, or nil if there was none.
  ///
  /// After an error, the tree cannot be used any more; a copy made earlier is unchanged.
  @discardableResult
  public mutating func remove(_ key: MSTKey) throws -> CID? {
    try delete(key)
  }

  // MARK: Putting

  private mutating func insert(_ entry: MSTNode.Entry) throws -> CID? {
    let (node, height) = try top()
    let keyHeight = entry.key.height
    try MSTNode.check(height: keyHeight)
    if node.isEmpty {
      drop(root)
      root = try store(MSTNode(entries: [entry]))
      return nil
    }
    if keyHeight > height {
      let halves = try split(root, height, MSTBounds(), at: entry.key)
      var entry = entry
      entry.tree = try lift(halves.right, from: height, to: keyHeight - 1)
      let left = try lift(halves.left, from: height, to: keyHeight - 1)
      root = try store(MSTNode(left: left, entries: [entry]))
      return nil
    }
    var previous: CID?
    root = try insert(entry, keyHeight, into: root, height, MSTBounds(), &previous)
    return previous
  }

  private mutating func insert(
    _ entry: MSTNode.Entry,
    _ keyHeight: Int,
    into cid: CID,
    _ height: Int,
    _ bounds: MSTBounds,
    _ previous: inout CID?
  ) throws -> CID {
    var node = try loadOnce(cid, height, bounds)
    let (slot, isFound) = node.search(entry.key)
    let inner = bounds.slot(slot, of: node)
    if isFound {
      previous = node.entries[slot].value
      if previous == entry.value { return cid }
      node.entries[slot].value = entry.value
    } else if keyHeight == height {
      var entry = entry
      if let child = node[slot: slot] {
        let halves = try split(child, height - 1, inner, at: entry.key)
        node[slot: slot] = halves.left
        entry.tree = halves.right
      }
      node.entries.insert(entry, at: slot)
    } else if let child = node[slot: slot] {
      let new = try insert(entry, keyHeight, into: child, height - 1, inner, &previous)
      if new == child { return cid }
      node[slot: slot] = new
    } else {
      let leaf = try store(MSTNode(entries: [entry]))
      node[slot: slot] = try lift(leaf, from: keyHeight, to: height - 1)
    }
    drop(cid)
    return try store(node)
  }

  /// Splits a subtree at a key that is not in it.
  private mutating func split(
    _ cid: CID,
    _ height: Int,
    _ bounds: MSTBounds,
    at key: MSTKey
  ) throws -> (left: CID?, right: CID?) {
    let node = try loadOnce(cid, height, bounds)
    let slot = node.search(key).slot
    var halves: (left: CID?, right: CID?)
    if let child = node[slot: slot] {
      halves = try split(child, height - 1, bounds.slot(slot, of: node), at: key)
    }
    var left = MSTNode(left: node.left, entries: [MSTNode.Entry](node.entries[..<slot]))
    left[slot: slot] = halves.left
    let right = MSTNode(left: halves.right, entries: [MSTNode.Entry](node.entries[slot...]))
    drop(cid)
    return (
      left.isEmpty ? nil : try store(left), right.isEmpty ? nil : try store(right)
    )
  }

  /// Puts empty nodes on top of a subtree, "such that sub-tree links do not skip a level".
  private mutating func lift(_ cid: CID?, from height: Int, to target: Int) throws -> CID? {
    guard var cid else { return nil }
    for _ in height..<target { cid = try store(MSTNode(left: cid)) }
    return cid
  }

  // MARK: Removing

  private mutating func delete(_ key: MSTKey) throws -> CID? {
    var height = try top().height
    var previous: CID?
    let rest = try delete(key, from: root, height, MSTBounds(), isTop: true, &previous)
    guard previous != nil else { return nil }
    guard var top = rest else {
      root = try store(MSTNode())
      return previous
    }
    // "empty nodes must be pruned from the top"
    while true {
      let node = try node(top)
      guard node.entries.isEmpty, let left = node.left else { break }
      height -= 1
      _ = try loadOnce(left, height, MSTBounds())
      drop(top)
      top = left
    }
    root = top
    return previous
  }

  /// Returns the subtree without the key; nil if nothing is left.
  private mutating func delete(
    _ key: MSTKey,
    from cid: CID,
    _ height: Int,
    _ bounds: MSTBounds,
    isTop: Bool = false,
    _ previous: inout CID?
  ) throws -> CID? {
    var node = isTop ? try node(cid) : try loadOnce(cid, height, bounds)
    let (slot, isFound) = node.search(key)
    if isFound {
      let entry = node.entries[slot]
      previous = entry.value
      let left = bounds.slot(slot, of: node)
      let right = bounds.slot(slot + 1, of: node)
      let merged = try merge(node[slot: slot], left, entry.tree, right, height - 1)
      node.entries.remove(at: slot)
      node[slot: slot] = merged
    } else {
      guard let child = node[slot: slot] else { return cid }
      let rest = try delete(key, from: child, height - 1, bounds.slot(slot, of: node), &previous)
      if previous == nil { return cid }
      node[slot: slot] = rest
    }
    drop(cid)
    return node.isEmpty ? nil : try store(node)
  }

  /// Joins two neighboring subtrees of the same height.
  private mutating func merge(
    _ left: CID?,
    _ leftBounds: MSTBounds,
    _ right: CID?,
    _ rightBounds: MSTBounds,
    _ height: Int
  ) throws -> CID? {
    guard let left, let right else { return left ?? right }
    var node = try loadOnce(left, height, leftBounds)
    let other = try loadOnce(right, height, rightBounds)
    let last = node.entries.count
    node[slot: last] = try merge(
      node[slot: last],
      leftBounds.slot(last, of: node),
      other.left,
      rightBounds.slot(0, of: other),
      height - 1
    )
    node.entries.append(contentsOf: other.entries)
    drop(left)
    drop(right)
    return try store(node)
  }

  // MARK: Changes

  private mutating func store(_ node: MSTNode) throws -> CID {
    let block = try node.block()
    let cid = CID(hashingDAGCBOR: block)
    if removed.remove(cid) == nil { created[cid] = (node, block) }
    return cid
  }

  private mutating func drop(_ cid: CID) {
    if created.removeValue(forKey: cid) == nil { removed.insert(cid) }
  }
}
