import ATProtoData
import ATProtoHTTP
import ATProtoRepo
import ATProtoSyntax
import XRPC
import XRPCServer

/// A repository to import, completely verified: every hash, the tree, and that every record is
/// present and conforms to the data model.
///
/// The signature is not verified: another server's key created it, and anyone who may import may
/// also write any record. The repository is signed again with the account's key on this server.
///
/// The file stays on the disk; only the paths and CIDs of its records are in memory.
struct ImportedRepository: Sendable {
  struct Record: Sendable {
    var key: MSTKey
    var cid: CID
  }

  let did: DID
  /// The root of the tree.
  let data: CID
  let rev: TID
  let records: [Record]
  /// The blobs that records reference, by the CIDs of the records.
  let blobs: [CID: [CID]]

  private let file: File
  /// The commit and all blocks that are not in the tree, which are not imported.
  private let leftovers: Set<CID>
  private static let chunk = 256 << 10

  /// Throws `InvalidRequest`.
  ///
  /// - Parameter file: a CAR file to which nothing else writes.
  init(_ file: File, of did: DID) throws {
    do {
      var verifier = RepositoryVerifier()
      var records: [Record] = []
      try Self.forEachChunk(of: file) { bytes in
        try verifier.append(bytes) { key, cid in
          let path = try RepoPath(key)
          guard cid.isBlessed else {
            throw RepoError(.missingBlock, "the CID of record \(path) is not in the blessed format")
          }
          records.append(Record(key: key, cid: cid))
        }
      }
      let commit = try verifier.finish().commit
      guard commit.did == did else {
        throw RepoError(.invalidCommit, "the repository belongs to \(commit.did)")
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
      throw XRPCServerError.invalidRequest("cannot import the repository: \(error)")
    }
  }

  /// Calls `body` for the nodes and records of the tree, without the commit; some may be repeated.
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
