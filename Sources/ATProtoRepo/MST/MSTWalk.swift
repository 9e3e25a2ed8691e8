public import ATProtoData

/// Goes through a tree in the order of its keys, loading each node when it gets there, in memory
/// for the nodes on one path.
///
/// Nodes come before what is in them, which is the order of blocks in a streamable CAR file
/// (Repository specification, "Streamable CAR Block Ordering"). Everything that passes was
/// checked, so a walk to the end checks the whole tree.
public struct MSTWalk {
  public enum Step: Sendable {
    case node(CID, block: [UInt8])
    case entry(key: MSTKey, value: CID)
  }

  private struct Frame {
    let node: MSTNode
    let height: Int
    let bounds: MSTBounds
    /// The next slot to enter; the entry with that index comes after it.
    var slot: Int
    var isInSlot: Bool
  }

  private let tree: MerkleSearchTree
  private var frames: [Frame] = []
  private var start: MSTKey?
  private var hasBegun = false

  /// - Parameter start: the first key that may come.
  init(_ tree: MerkleSearchTree, from start: MSTKey?) {
    self.tree = tree
    self.start = start
  }

  /// The next step; nil at the end. Throws ``RepoError``, or what the store throws.
  public mutating func next() throws -> Step? {
    if !hasBegun {
      hasBegun = true
      let (node, block) = try tree.passingNode(tree.root)
      enter(node, try tree.checkTop(node), MSTBounds())
      return .node(tree.root, block: block)
    }
    while var frame = frames.popLast() {
      let slot = frame.slot
      if !frame.isInSlot, let child = frame.node[slot: slot] {
        frame.isInSlot = true
        frames.append(frame)
        let bounds = frame.bounds.slot(slot, of: frame.node)
        let (node, block) = try tree.passingNode(child)
        try tree.check(node, child, frame.height - 1, bounds)
        enter(node, frame.height - 1, bounds)
        return .node(child, block: block)
      }
      guard slot < frame.node.entries.count else { continue }
      frame.slot += 1
      frame.isInSlot = false
      frames.append(frame)
      start = nil
      let entry = frame.node.entries[slot]
      return .entry(key: entry.key, value: entry.value)
    }
    return nil
  }

  private mutating func enter(_ node: MSTNode, _ height: Int, _ bounds: MSTBounds) {
    // What is left of the starting key is not entered; nor is the subtree before that key itself.
    let (slot, isFound) = start.map(node.search) ?? (0, false)
    frames.append(
      Frame(node: node, height: height, bounds: bounds, slot: slot, isInSlot: isFound)
    )
  }
}

extension MerkleSearchTree {
  /// All nodes and entries from `start` on.
  public func walk(from start: MSTKey? = nil) -> MSTWalk {
    MSTWalk(self, from: start)
  }

  /// Calls `body` with each entry from `start` on whose key begins with `prefix`, in order, until
  /// it answers false.
  public func forEachEntry(
    from start: MSTKey? = nil,
    prefix: [UInt8] = [],
    _ body: (_ key: MSTKey, _ value: CID) throws -> Bool
  ) throws {
    var first = start
    if !prefix.isEmpty {
      let least = try MSTKey(prefix)
      first = max(start ?? least, least)
    }
    var walk = walk(from: first)
    while let step = try walk.next() {
      guard case .entry(let key, let value) = step else { continue }
      guard key.bytes.starts(with: prefix), try body(key, value) else { return }
    }
  }

  /// All entries, in order. For trees that are known to be small.
  public func entries() throws -> [(key: MSTKey, value: CID)] {
    var entries: [(key: MSTKey, value: CID)] = []
    try forEachEntry {
      entries.append(($0, $1))
      return true
    }
    return entries
  }
}
