import ATProtoData
import ATProtoRepo

/// A commit on a tree of keys that all have one value.
enum MSTCommitOperation: Operation {
  static let name = "mst_commit"

  static func answer(_ request: Request) throws -> DataObject {
    let leaf = try CID(request.string("leaf"))
    let keys = try request.strings("keys").map { (key: try MSTKey($0), value: leaf) }
    let adds = try request.strings("adds").map { try MSTKey($0) }
    let deletions = try request.strings("dels").map { try MSTKey($0) }
    var tree = try MSTRootOperation.tree(keys)
    let before = tree.root
    _ = tree.takeChanges()
    for key in adds {
      guard try tree.put(key, leaf) == nil else { throw Refusal("'\(key)' is there already") }
    }
    for key in deletions {
      guard try tree.remove(key) != nil else { throw Refusal("there is no '\(key)'") }
    }
    // The nodes that are new, and those that are needed to invert every operation.
    var blocks = BlockList()
    for key in adds + deletions { try tree.appendCoveringProof(of: key, to: &blocks) }
    blocks.insert(contentsOf: tree.takeChanges().created)
    return [
      "root_before": .string(before.string), "root_after": .string(tree.root.string),
      "blocks": .array(blocks.map { .string($0.cid.string) }),
    ]
  }
}
