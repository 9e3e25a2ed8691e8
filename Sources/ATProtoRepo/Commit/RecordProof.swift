public import ATProtoCrypto
public import ATProtoData
public import ATProtoSyntax

/// What a repository has at one path, or that it has nothing there, proven by a signed commit and
/// the nodes on the way: the answer of `com.atproto.sync.getRecord`, verified.
///
/// ``Repository/carProof(of:)`` makes such a file.
public struct RecordProof: Sendable {
  public let commit: Commit
  public let path: RepoPath
  /// Nil if it is proven that there is no record at the path.
  public let cid: CID?
  /// The record in DAG-CBOR, where there is one.
  public let record: [UInt8]?

  /// Verifies a CAR file. Blocks that the proof does not need are ignored.
  ///
  /// Throws ``RepoError``: about the file, the commit, its signature
  /// (``RepoError/Code/badSignature``), another account (``RepoError/Code/fieldMismatch``), the
  /// tree, or ``RepoError/Code/missingBlock`` where the proof is not whole.
  public init(
    car: [UInt8],
    path: RepoPath,
    did: DID,
    key: PublicKey,
    limits: CARLimits = .default
  ) throws {
    let blocks = try CARBlocks(car, limits: limits)
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
