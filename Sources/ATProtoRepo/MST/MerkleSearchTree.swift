public import ATProtoData

/// A Merkle search tree: keys and the CIDs of their values under one CID.
///
/// Repository specification, "MST Structure". Nodes are loaded from a store when they are needed,
/// and each loaded node is checked: hash, encoding, order and height of its keys, its place in the
/// tree. Changes stay in the tree until ``takeChanges()`` returns them. A tree is a value: a copy
/// is a snapshot, as long as the store keeps its nodes.
///
/// Methods throw ``RepoError``, or errors of the store.
public struct MerkleSearchTree {
  /// The CID of the top node: `data` of a commit.
  public internal(set) var root: CID

  let source: MSTNodeSource
  /// Nodes that were created since the changes were last taken.
  var created: [CID: (node: MSTNode, block: [UInt8])] = [:]
  /// Nodes that existed at that time and do not exist now.
  var removed: Set<CID> = []

  /// Creates the tree whose top node is `root`, which is not loaded yet.
  public init(root: CID, store: any BlockSource) {
    self.root = root
    source = MSTNodeSource(store)
  }

  /// Creates an empty tree. Its only node counts as a change.
  public init(emptyIn store: any BlockSource) {
    source = MSTNodeSource(store)
    let (cid, block) = Self.emptyNode
    root = cid
    created[cid] = (MSTNode(), block)
  }

  static let emptyNode: (cid: CID, block: [UInt8]) = {
    // { "e": [], "l": null }
    let block: [UInt8] = [0xa2, 0x61, 0x65, 0x80, 0x61, 0x6c, 0xf6]
    return (CID(hashingDAGCBOR: block), block)
  }()

  /// Creates the tree of `entries`, whose keys must ascend strictly. All its nodes count as
  /// changes.
  public init(
    sorted entries: some Sequence<(key: MSTKey, value: CID)>,
    store: any BlockSource
  ) throws(RepoError) {
    source = MSTNodeSource(store)
    var builder = MSTBuilder()
    for (key, value) in entries { try builder.append(key, value) }
    root = try builder.finish()
    created = builder.nodes
  }

  /// Returns the value of `key`, or nil if it does not exist.
  public func value(_ key: MSTKey) throws -> CID? {
    var (node, height) = try top()
    var bounds = MSTBounds()
    while true {
      let (slot, isFound) = node.search(key)
      if isFound { return node.entries[slot].value }
      guard let child = node[slot: slot] else { return nil }
      bounds = bounds.slot(slot, of: node)
      height -= 1
      node = try load(child, height, bounds)
    }
  }

  /// Returns the nodes that were created and removed since the last call.
  ///
  /// The tree keeps the new nodes, even before they are in its store.
  public mutating func takeChanges() -> BlockChanges {
    var changes = BlockChanges(removed: removed.sorted())
    for cid in created.keys.sorted() {
      let (node, block) = created[cid]!
      changes.created.insert(cid, block)
      source.insert(node, cid)
    }
    for cid in removed { source.remove(cid) }
    created = [:]
    removed = []
    return changes
  }

  // MARK: Nodes

  /// The topmost node and its height.
  func top() throws -> (node: MSTNode, height: Int) {
    let node = try node(root)
    return (node, try node.checkOnTop(root))
  }

  /// The node of a subtree at `height` whose keys lie in `bounds`.
  func load(_ cid: CID, _ height: Int, _ bounds: MSTBounds) throws -> MSTNode {
    let node = try node(cid)
    try node.check(cid, height, bounds)
    return node
  }

  /// The same, for a node that will be replaced.
  func loadOnce(_ cid: CID, _ height: Int, _ bounds: MSTBounds) throws -> MSTNode {
    let node = try created[cid]?.node ?? source.passingNode(cid)
    try node.check(cid, height, bounds)
    return node
  }

  func node(_ cid: CID) throws -> MSTNode {
    if let node = created[cid]?.node { return node }
    return try source.node(cid)
  }

  func block(_ cid: CID) throws -> [UInt8] {
    if let block = created[cid]?.block { return block }
    return try source.block(cid)
  }

  /// A node with its block, without keeping it.
  func passingNode(_ cid: CID) throws -> (node: MSTNode, block: [UInt8]) {
    if let made = created[cid] { return made }
    let block = try source.block(cid)
    return (try source.passingNode(cid, block: block), block)
  }
}
