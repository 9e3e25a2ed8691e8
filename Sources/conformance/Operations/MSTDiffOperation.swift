import ATProtoData
import ATProtoRepo

/// What leads from one tree to another, and the nodes that prove it.
enum MSTDiffOperation: Operation {
  static let name = "mst_diff"

  static func answer(_ request: Request) throws -> DataObject {
    let before = try tree(request.bytes(base64: "car_a"))
    let after = try tree(request.bytes(base64: "car_b"))
    let difference = try after.difference(from: before)
    return [
      "record_ops": .array(difference.changes.map(operation)),
      "created_nodes": .array(texts(difference.createdNodes)),
      "deleted_nodes": .array(texts(difference.removedNodes)),
      "proof_nodes": .array(texts(try after.proof(of: difference).map(\.cid))),
      "inductive_proof_nodes": .array(texts(try after.inversionProof(of: difference).map(\.cid))),
    ]
  }

  /// The tree whose root is the file's.
  private static func tree(_ car: [UInt8]) throws -> MerkleSearchTree {
    let blocks = try CARBlocks(car)
    guard let root = blocks.roots.first, blocks.roots.count == 1 else {
      throw Refusal("the CAR has \(blocks.roots.count) roots, not one")
    }
    return MerkleSearchTree(root: root, store: blocks)
  }

  private static func operation(_ change: MSTDifference.Change) -> DataValue {
    [
      "rpath": .string(change.key.description), "old_value": text(change.old),
      "new_value": text(change.new),
    ]
  }

  private static func text(_ cid: CID?) -> DataValue {
    cid.map { .string($0.string) } ?? .null
  }

  /// Sets have no order; an answer has one.
  private static func texts(_ cids: some Sequence<CID>) -> [DataValue] {
    cids.map(\.string).sorted().map(DataValue.string)
  }
}
