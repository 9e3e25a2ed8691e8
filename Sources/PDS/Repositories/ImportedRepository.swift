import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import XRPC

/// A repository that an account brings along, wholly checked: every hash, the tree, that every
/// record is there and within the data model.
///
/// The signature is not: it is another server's, and whoever may write here may write anything. The
/// account's key here signs it anew.
struct ImportedRepository: Sendable {
  struct Record: Sendable {
    var path: RepoPath
    var cid: CID
    var blobs: [CID]
  }

  let did: DID
  /// The topmost node of the tree.
  let data: CID
  let rev: TID
  /// The nodes and records that the tree has, without the commit.
  let blocks: BlockList
  let records: [Record]

  /// Throws `InvalidRequest`.
  init(car: [UInt8], of did: DID) throws {
    do {
      var verifier = RepositoryVerifier()
      var entries: [(MSTKey, CID)] = []
      try verifier.append(car) { key, cid in entries.append((key, cid)) }
      let commit = try verifier.finish().commit
      guard commit.did == did else {
        throw RepoError(.invalidCommit, "it is the repository of \(commit.did)")
      }
      var roots: [CID] = []
      let store = try MemoryBlockStore(car: car, roots: &roots)
      records = try entries.map { key, cid in try Self.record(key, cid, store) }
      blocks = try Self.blocks(of: Repository(head: commit.cid, store: store))
      data = commit.data
      rev = commit.rev
      self.did = did
    } catch let error as RepoError {
      throw XRPCServerError.invalidRequest("the file is no repository to import: \(error)")
    }
  }

  private static func record(
    _ key: MSTKey,
    _ cid: CID,
    _ store: MemoryBlockStore
  ) throws -> Record {
    let path = try RepoPath(key)
    guard cid.isBlessed, let block = store.block(cid), cid.identifies(block) else {
      throw RepoError(.missingBlock, "the record \(path) is missing")
    }
    do throws(DataError) {
      let value = try DataValue(cbor: block, limits: .record)
      return Record(path: path, cid: cid, blobs: value.blobs.map(\.ref))
    } catch {
      throw RepoError(.malformedBlock, "the record \(path): \(error)")
    }
  }

  /// Only what the tree has: other blocks of the file are left behind.
  private static func blocks(of repository: Repository) throws -> BlockList {
    var export = repository.exportCAR()
    var reader = CARReader()
    var blocks = BlockList()
    while let bytes = try export.next() {
      reader.append(bytes)
      while let section = try reader.next() {
        if case .block(let cid, let block) = section, cid != repository.commit.cid {
          blocks.insert(cid, block)
        }
      }
    }
    return blocks
  }
}
