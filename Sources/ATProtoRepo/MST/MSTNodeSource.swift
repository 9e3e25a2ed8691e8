import ATProtoData

/// Nodes of a tree from its store, decoded and checked, and kept once they were used.
///
/// Shared by the copies of a tree: a node is what its CID says, whichever copy asks.
final class MSTNodeSource {
  let store: any BlockStore
  private var nodes: [CID: MSTNode] = [:]

  init(_ store: any BlockStore) {
    self.store = store
  }

  /// A node that is going to be used once: it is not kept.
  func passingNode(_ cid: CID, block: [UInt8]) throws(RepoError) -> MSTNode {
    if let node = nodes[cid] { return node }
    return try MSTNode(block: block, cid: cid)
  }

  func node(_ cid: CID) throws -> MSTNode {
    if let node = nodes[cid] { return node }
    let node = try MSTNode(block: block(cid), cid: cid)
    nodes[cid] = node
    return node
  }

  func block(_ cid: CID) throws -> [UInt8] {
    if let block = try store.block(cid) { return block }
    // A node that was made here, and that the store does not have yet.
    guard let node = nodes[cid] else { throw RepoError.missing(cid) }
    return try node.block()
  }

  /// Keeps a node that was made here, so that it is known before the store has it.
  func insert(_ node: MSTNode, _ cid: CID) {
    nodes[cid] = node
  }

  func remove(_ cid: CID) {
    nodes[cid] = nil
  }
}

/// The open interval of keys in which a subtree's keys lie; nil is no bound.
struct MSTBounds {
  var lower: MSTKey?
  var upper: MSTKey?

  /// The interval of a slot of `node`, which lies in this one.
  func slot(_ slot: Int, of node: MSTNode) -> MSTBounds {
    MSTBounds(
      lower: slot > 0 ? node.entries[slot - 1].key : lower,
      upper: slot < node.entries.count ? node.entries[slot].key : upper
    )
  }

  func check(_ node: MSTNode, _ cid: CID) throws(RepoError) {
    guard let first = node.entries.first?.key, let last = node.entries.last?.key else { return }
    if let lower, first <= lower {
      throw RepoError(.keyOrder, "\(cid): '\(first)' is left of its subtree")
    }
    if let upper, last >= upper {
      throw RepoError(.keyOrder, "\(cid): '\(last)' is right of its subtree")
    }
  }
}
