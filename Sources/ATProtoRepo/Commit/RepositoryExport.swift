import ATProtoData

/// A repository as a CAR file in streamable order, created as it is read (Repository specification,
/// "Streamable CAR Block Ordering"): the commit, then each node followed by its content.
///
/// A record at several paths occurs once for each path.
public struct RepositoryExport {
  private let store: any BlockSource
  private var walk: MSTWalk
  private var writer: CARWriter
  private var isAtEnd = false

  init(_ commit: Commit, _ tree: MerkleSearchTree, _ store: any BlockSource) {
    self.store = store
    walk = tree.walk()
    writer = CARWriter(roots: [commit.cid])
    writer.append(commit.cid, commit.block)
  }

  /// Returns the next bytes of the file, or nil at its end.
  ///
  /// A piece has `size` bytes or somewhat more, except at the end. Throws ``RepoError`` if the
  /// repository is incomplete, or errors of the store.
  public mutating func next(size: Int = 64 << 10) throws -> [UInt8]? {
    while !isAtEnd, writer.bytes.count < size {
      switch try walk.next() {
      case .node(let cid, let block): writer.append(cid, block)
      case .entry(_, let cid):
        guard let record = try store.block(cid) else { throw RepoError.missing(cid) }
        writer.append(cid, record)
      case nil: isAtEnd = true
      }
    }
    let bytes = writer.take()
    return bytes.isEmpty ? nil : bytes
  }

  /// Returns the rest of the file in one piece.
  public mutating func rest() throws -> [UInt8] {
    try next(size: .max) ?? []
  }
}
