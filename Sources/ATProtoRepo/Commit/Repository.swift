public import ATProtoCrypto
public import ATProtoData
public import ATProtoSyntax

/// A repository: the records of an account under a signed commit.
///
/// A value on top of a store. ``apply(_:rev:key:limits:)`` creates the next commit; the caller
/// applies its changes to the store, in one transaction with the new head. Methods throw
/// ``RepoError``, or errors of the store.
public struct Repository {
  /// The current commit.
  public private(set) var commit: Commit
  /// The tree of the current commit.
  public private(set) var tree: MerkleSearchTree

  private let store: any BlockSource

  /// The account.
  public var did: DID { commit.did }

  /// Loads the commit `head`.
  ///
  /// Its signature is checked by ``Commit/verify(_:)``, and the tree by walking it.
  public init(head: CID, store: any BlockSource) throws {
    guard let block = try store.block(head) else { throw RepoError.missing(head) }
    commit = try Commit(block: block, cid: head)
    tree = MerkleSearchTree(root: commit.data, store: store)
    self.store = store
  }

  private init(_ commit: Commit, _ tree: MerkleSearchTree, _ store: any BlockSource) {
    self.commit = commit
    self.tree = tree
    self.store = store
  }

  /// Creates a repository with its first commit, with or without records.
  public static func create(
    _ did: DID,
    writes: [RecordWrite] = [],
    rev: TID,
    key: PrivateKey,
    limits: CommitLimits = .sync,
    store: any BlockSource
  ) throws -> (repository: Repository, result: CommitResult) {
    var transaction = try RepositoryTransaction(
      MerkleSearchTree(emptyIn: store),
      writes,
      limits: limits
    )
    let commit = Commit(did: did, data: transaction.tree.root, rev: rev, signedBy: key)
    let result = try transaction.result(commit, after: nil, limits: limits)
    return (Repository(commit, transaction.tree, store), result)
  }

  /// Creates the next commit with all writes; if it throws, nothing changes.
  ///
  /// A commit without writes is allowed: rotating the signing key requires one. `rev` must be
  /// greater than the current one.
  public mutating func apply(
    _ writes: [RecordWrite],
    rev: TID,
    key: PrivateKey,
    limits: CommitLimits = .sync
  ) throws -> CommitResult {
    guard rev > commit.rev else {
      throw RepoError(.revNotNewer, "rev \(rev) does not follow \(commit.rev)")
    }
    var transaction = try RepositoryTransaction(tree, writes, limits: limits)
    let new = Commit(did: did, data: transaction.tree.root, rev: rev, signedBy: key)
    let result = try transaction.result(new, after: commit, limits: limits)
    commit = new
    tree = transaction.tree
    return result
  }

  /// Returns the CID of the record at a path, or nil if it does not exist.
  public func record(_ path: RepoPath) throws -> CID? {
    try tree.value(path.key())
  }

  /// Returns a CAR file that proves the record at a path or its absence: the commit, the nodes on
  /// the path to it, and the record (`com.atproto.sync.getRecord`).
  public func carProof(of path: RepoPath) throws -> [UInt8] {
    let key = try path.key()
    var blocks = BlockList()
    blocks.insert(commit.cid, commit.block)
    try tree.appendProof(of: key, to: &blocks)
    if let cid = try tree.value(key) {
      guard let record = try store.block(cid) else { throw RepoError.missing(cid) }
      blocks.insert(cid, record)
    }
    var writer = CARWriter(roots: [commit.cid])
    for (cid, block) in blocks { writer.append(cid, block) }
    return writer.bytes
  }

  /// Returns the whole repository as a CAR file, which is created in pieces.
  public func exportCAR() -> RepositoryExport {
    RepositoryExport(commit, tree, store)
  }
}
