import ATProtoData

/// Nodes of a tree from its store, decoded and checked, and kept once they were used.
///
/// Shared by the copies of a tree: a node depends on its CID only, whichever copy asks.
final class MSTNodeSource {
  private let store: any BlockSource
  /// The store, if it is one whose hashes are checked.
  private let checked: CARBlocks?
  private var nodes: [CID: MSTNode] = [:]

  init(_ store: any BlockSource) {
    self.store = store
    checked = store as? CARBlocks
  }

  /// A node that is going to be used once: it is not kept.
  func passingNode(_ cid: CID, block: [UInt8]) throws(RepoError) -> MSTNode {
    if let node = nodes[cid] { return node }
    return try MSTNode(block: block, cid: cid)
  }

  func node(_ cid: CID) throws -> MSTNode {
    if let node = nodes[cid] { return node }
    let node = try read(cid)
    nodes[cid] = node
    return node
  }

  /// A node that is going to be replaced: it is not kept, so that it is changed in place.
  func passingNode(_ cid: CID) throws -> MSTNode {
    if let node = nodes[cid] { return node }
    return try read(cid)
  }

  private func read(_ cid: CID) throws -> MSTNode {
    guard let checked else { return try MSTNode(block: block(cid), cid: cid) }
    guard let block = checked.placed(cid) else { throw RepoError.missing(cid) }
    return try MSTNode(block, cid: cid)
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
