import ATProtoCrypto
import ATProtoData

/// Writes that have not been committed yet.
struct RepositoryTransaction {
  private(set) var tree: MerkleSearchTree
  private var operations: [RecordOperation] = []
  private var records = BlockList()
  private let prevData: CID

  init(
    _ tree: MerkleSearchTree,
    _ writes: [RecordWrite],
    limits: CommitLimits
  ) throws {
    guard writes.count <= limits.operations else {
      throw RepoError(.tooLarge, "more than \(limits.operations) operations in one commit")
    }
    self.tree = tree
    prevData = tree.root
    var paths: Set<RepoPath> = []
    for write in writes {
      guard paths.insert(write.path).inserted else {
        throw RepoError(.repeatedPath, "\(write.path) is written twice in one commit")
      }
      if let record = write.record, record.count > limits.record {
        throw RepoError(.tooLarge, "record \(write.path) has more than \(limits.record) bytes")
      }
      operations.append(try apply(write))
    }
  }

  private mutating func apply(_ write: RecordWrite) throws -> RecordOperation {
    let path = write.path
    let key = try path.key()
    switch write {
    case .create(_, let record):
      let cid = CID(hashingDAGCBOR: record)
      guard try tree.put(key, cid) == nil else {
        throw RepoError(.recordExists, "\(path) exists")
      }
      records.insert(cid, record)
      return RecordOperation(action: .create, path: path, cid: cid, prev: nil)
    case .update(_, let record):
      let cid = CID(hashingDAGCBOR: record)
      guard let prev = try tree.put(key, cid) else {
        throw RepoError(.recordMissing, "\(path) does not exist")
      }
      records.insert(cid, record)
      return RecordOperation(action: .update, path: path, cid: cid, prev: prev)
    case .delete:
      guard let prev = try tree.remove(key) else {
        throw RepoError(.recordMissing, "\(path) does not exist")
      }
      return RecordOperation(action: .delete, path: path, cid: nil, prev: prev)
    }
  }

  mutating func result(
    _ commit: Commit,
    after previous: Commit?,
    limits: CommitLimits
  ) throws -> CommitResult {
    var slice = BlockList()
    slice.insert(commit.cid, commit.block)
    // "all MST nodes in the current repo revision which did not exist in the previous"; the root is
    // included even if nothing changed.
    slice.insert(tree.root, try tree.block(tree.root))
    for operation in operations {
      try tree.appendCoveringProof(of: operation.path.key(), to: &slice)
    }
    var nodes = tree.takeChanges()
    slice.insert(contentsOf: nodes.created)
    slice.insert(contentsOf: records)

    var created = BlockList()
    created.insert(commit.cid, commit.block)
    created.insert(contentsOf: nodes.created)
    created.insert(contentsOf: records)
    if let previous { nodes.removed.append(previous.cid) }
    let kept = Set(operations.compactMap(\.cid))
    let result = CommitResult(
      commit: commit,
      since: previous?.rev,
      prevData: previous.map { _ in prevData },
      operations: operations,
      changes: BlockChanges(created: created, removed: nodes.removed),
      replacedRecords: operations.compactMap(\.prev).filter { !kept.contains($0) },
      slice: slice
    )
    // The slice also contains the length and the CID of each block: about 40 bytes.
    let size = slice.reduce(0) { $0 + $1.bytes.count + 40 }
    guard size <= limits.slice else {
      throw RepoError(.tooLarge, "a commit of more than \(limits.slice) bytes")
    }
    return result
  }
}
