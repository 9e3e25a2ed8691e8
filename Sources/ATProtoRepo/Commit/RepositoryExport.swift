import ATProtoData

/// A repository as a CAR file in streamable order, made as it is taken (Repository specification,
/// "Streamable CAR Block Ordering"): the commit, then each node followed by what is in it.
///
/// A record that several paths have comes once for each.
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

  /// The next bytes of the file, `size` or somewhat more except at the end; nil after that.
  ///
  /// Throws ``RepoError`` where the repository is not whole, or what the store throws.
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

  /// The rest of the file, in one piece.
  public mutating func rest() throws -> [UInt8] {
    try next(size: .max) ?? []
  }
}
