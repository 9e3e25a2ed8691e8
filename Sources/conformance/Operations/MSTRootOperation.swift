import ATProtoData
import ATProtoRepo

enum MSTRootOperation: Operation {
  static let name = "mst_root"

  static func answer(_ request: Request) throws -> DataObject {
    let entries = try request.pairs("entries").map { key, value in
      (key: try MSTKey(key), value: try CID(value))
    }
    return ["root": .string(try tree(entries).root.string)]
  }

  static func tree(_ entries: [(key: MSTKey, value: CID)]) throws -> MerkleSearchTree {
    try MerkleSearchTree(sorted: entries.sorted { $0.key < $1.key }, store: MemoryBlockStore())
  }
}
