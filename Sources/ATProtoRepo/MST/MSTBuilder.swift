import ATProtoData

/// Builds a tree from entries in ascending order, in one pass.
///
/// One node is open at each height. A key closes the nodes below its height: each goes into the
/// slot at the end of the node above it, which is created if necessary.
struct MSTBuilder {
  /// The finished nodes.
  private(set) var nodes: [CID: (node: MSTNode, block: [UInt8])] = [:]

  private var open: [MSTNode] = [MSTNode()]
  private var last: MSTKey?

  mutating func append(_ key: MSTKey, _ value: CID) throws(RepoError) {
    if let last, key <= last { throw RepoError(.keyOrder, "'\(key)' does not follow '\(last)'") }
    last = key
    let height = key.height
    try MSTNode.check(height: height)
    while open.count <= height { open.append(MSTNode()) }
    try close(below: height)
    open[height].entries.append(MSTNode.Entry(key: key, value: value))
  }

  /// The CID of the topmost node.
  mutating func finish() throws(RepoError) -> CID {
    let top = open.lastIndex { !$0.entries.isEmpty } ?? 0
    try close(below: top)
    return try store(open[top])
  }

  private mutating func close(below height: Int) throws(RepoError) {
    for level in 0..<height where !open[level].isEmpty {
      let cid = try store(open[level])
      open[level] = MSTNode()
      open[level + 1][slot: open[level + 1].entries.count] = cid
    }
  }

  private mutating func store(_ node: MSTNode) throws(RepoError) -> CID {
    let block = try node.block()
    let cid = CID(hashingDAGCBOR: block)
    nodes[cid] = (node, block)
    return cid
  }
}
