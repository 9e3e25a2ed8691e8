public import ATProtoCrypto
public import ATProtoData
public import ATProtoSyntax

/// A proof of the record at a path of a repository, or of its absence: a signed commit and the
/// nodes on the path to it. It is the verified response of `com.atproto.sync.getRecord`.
///
/// ``Repository/carProof(of:)`` creates such a file.
public struct RecordProof: Sendable {
  /// The commit.
  public let commit: Commit
  /// The path.
  public let path: RepoPath
  /// The CID of the record, or nil if the proof shows that it does not exist.
  public let cid: CID?
  /// The record in DAG-CBOR, or nil if it does not exist.
  public let record: [UInt8]?

  /// Verifies a CAR file. Blocks that the proof does not need are ignored.
  ///
  /// Throws ``RepoError``: about the file, the commit, its signature
  /// (``RepoError/Code/badSignature``), another account (``RepoError/Code/fieldMismatch``), the
  /// tree, or ``RepoError/Code/missingBlock`` if the proof is incomplete.
  public init(
    car: [UInt8],
    path: RepoPath,
    did: DID,
    key: PublicKey,
    limits: CARLimits = .default
  ) throws {
    try self.init(CARBlocks(car, limits: limits), path: path, did: did, key: key)
  }

  /// Verifies the blocks of a CAR file.
  package init(_ blocks: CARBlocks, path: RepoPath, did: DID, key: PublicKey) throws {
    guard let head = blocks.roots.first else {
      throw RepoError(.malformedCAR, "a proof without a root")
    }
    let repository = try Repository(head: head, store: blocks)
    guard repository.did == did else {
      throw RepoError(.fieldMismatch, "a proof of \(repository.did), not of \(did)")
    }
    try repository.commit.verify(key)
    commit = repository.commit
    self.path = path
    cid = try repository.record(path)
    record = try cid.map { cid in
      guard let record = blocks.block(cid) else { throw RepoError.missing(cid) }
      return record
    }
  }
}
