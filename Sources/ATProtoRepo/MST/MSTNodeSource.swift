import ATProtoData

/// Loads nodes of a tree from its store, decodes and checks them, and keeps those that have been
/// used.
///
/// Copies of a tree share it: a node depends only on its CID, no matter which copy loads it.
final class MSTNodeSource {
  private let store: any BlockSource
  /// The store, if it is one that checks hashes.
  private let checked: CARBlocks?
  private var nodes: [CID: MSTNode] = [:]

  init(_ store: any BlockSource) {
    self.store = store
    checked = store as? CARBlocks
  }

  /// A node that will be used once, so it is not kept.
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

  /// A node that will be replaced, so it is not kept and can be changed in place.
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
    // A node that was created here, and that is not in the store yet.
    guard let node = nodes[cid] else { throw RepoError.missing(cid) }
    return try node.block()
  }

  /// Keeps a node that was created here, so that it is available before it is in the store.
  func insert(_ node: MSTNode, _ cid: CID) {
    nodes[cid] = node
  }

  func remove(_ cid: CID) {
    nodes[cid] = nil
  }
}
