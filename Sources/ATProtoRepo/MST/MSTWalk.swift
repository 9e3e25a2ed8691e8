public import ATProtoData

/// Walks a tree in the order of its keys. Each node is loaded when the walk reaches it, and only
/// the nodes on one path are in memory.
///
/// Nodes come before their content, which is the order of blocks in a streamable CAR file
/// (Repository specification, "Streamable CAR Block Ordering"). Every node is checked, so a walk to
/// the end checks the whole tree.
public struct MSTWalk {
  /// An item of a walk.
  public enum Step: Sendable {
    /// A node and its block.
    case node(CID, block: [UInt8])
    /// A key and its value.
    case entry(key: MSTKey, value: CID)
  }

  private let tree: MerkleSearchTree
  private var path: MSTPath
  private var start: MSTKey?

  /// - Parameter start: the first key to visit.
  init(_ tree: MerkleSearchTree, from start: MSTKey?) {
    self.tree = tree
    self.start = start
    path = MSTPath(root: tree.root)
  }

  /// The next step; nil at the end. Throws ``RepoError``, or errors of the store.
  public mutating func next() throws -> Step? {
    switch path.item {
    case .subtree(let cid):
      let (node, block) = try tree.passingNode(cid)
      try path.enter(node, from: start)
      return .node(cid, block: block)
    case .entry(let entry):
      start = nil
      path.pass()
      return .entry(key: entry.key, value: entry.value)
    case nil:
      return nil
    }
  }
}

extension MerkleSearchTree {
  /// All nodes and entries from `start` on.
  public func walk(from start: MSTKey? = nil) -> MSTWalk {
    MSTWalk(self, from: start)
  }

  /// Calls `body` with each entry from `start` on and before `end` whose key begins with `prefix`,
  /// in order, until it returns false. Loads the nodes on the way to these entries and no others.
  public func forEachEntry(
    from start: MSTKey? = nil,
    before end: MSTKey? = nil,
    prefix: [UInt8] = [],
    _ body: (_ key: MSTKey, _ value: CID) throws -> Bool
  ) throws {
    var first = start
    if !prefix.isEmpty {
      let least = try MSTKey(prefix)
      first = max(start ?? least, least)
    }
    if let first, let end, first >= end { return }
    var walk = walk(from: first)
    while let step = try walk.next() {
      guard case .entry(let key, let value) = step else { continue }
      if let end, key >= end { return }
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
