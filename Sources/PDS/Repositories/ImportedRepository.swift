import ATProtoData
import ATProtoHTTP
import ATProtoRepo
import ATProtoSyntax
import XRPC
import XRPCServer

/// A repository that an account brings along, wholly checked: every hash, the tree, that every
/// record is there and within the data model.
///
/// The signature is not: it is another server's, and whoever may write here may write anything. The
/// account's key here signs it anew.
///
/// The file stays on the disk: in memory are the paths and CIDs of its records.
struct ImportedRepository: Sendable {
  struct Record: Sendable {
    var key: MSTKey
    var cid: CID
  }

  let did: DID
  /// The topmost node of the tree.
  let data: CID
  let rev: TID
  let records: [Record]
  /// What records refer to, by the CIDs of the records.
  let blobs: [CID: [CID]]

  private let file: File
  /// The commit, and blocks of the file that the tree does not have: they are left behind.
  private let leftovers: Set<CID>
  private static let chunk = 256 << 10

  /// Throws `InvalidRequest`.
  ///
  /// - Parameter file: a CAR file, which nobody else writes to.
  init(_ file: File, of did: DID) throws {
    do {
      var verifier = RepositoryVerifier()
      var records: [Record] = []
      try Self.forEachChunk(of: file) { bytes in
        try verifier.append(bytes) { key, cid in
          let path = try RepoPath(key)
          guard cid.isBlessed else {
            throw RepoError(.missingBlock, "the record \(path) has a CID of another kind")
          }
          records.append(Record(key: key, cid: cid))
        }
      }
      let commit = try verifier.finish().commit
      guard commit.did == did else {
        throw RepoError(.invalidCommit, "it is the repository of \(commit.did)")
      }
      let cids = Set(records.map(\.cid))
      var blobs: [CID: [CID]] = [:]
      var leftovers: Set<CID> = [commit.cid]
      try Self.forEachBlock(of: file) { cid, block in
        if !verifier.isLinked(cid) { leftovers.insert(cid) }
        guard cids.contains(cid) else { return }
        let found = try Self.blobs(in: block, cid)
        if !found.isEmpty { blobs[cid] = found }
      }
      self.file = file
      self.did = did
      self.records = records
      self.blobs = blobs
      self.leftovers = leftovers
      data = commit.data
      rev = commit.rev
    } catch let error as RepoError {
      throw XRPCServerError.invalidRequest("the file is no repository to import: \(error)")
    }
  }

  /// The nodes and records that the tree has, without the commit; some may come again.
  func forEachBlock(_ body: (CID, [UInt8]) throws -> Void) throws {
    try Self.forEachBlock(of: file) { cid, block in
      if !leftovers.contains(cid) { try body(cid, block) }
    }
  }

  private static func blobs(in record: [UInt8], _ cid: CID) throws -> [CID] {
    do throws(DataError) {
      return try DataValue(cbor: record, limits: .record).blobs.map(\.ref)
    } catch {
      throw RepoError(.malformedBlock, "the record \(cid): \(error)")
    }
  }

  private static func forEachBlock(
    of file: File,
    _ body: (CID, [UInt8]) throws -> Void
  ) throws {
    var reader = CARReader()
    try forEachChunk(of: file) { bytes in
      reader.append(bytes)
      while let section = try reader.next() {
        if case .block(let cid, let block) = section { try body(cid, block) }
      }
    }
    try reader.finish()
  }

  private static func forEachChunk(of file: File, _ body: ([UInt8]) throws -> Void) throws {
    var offset = 0
    while true {
      let bytes = try file.read(chunk, at: offset)
      if bytes.isEmpty { return }
      offset += bytes.count
      try body(bytes)
    }
  }
}
