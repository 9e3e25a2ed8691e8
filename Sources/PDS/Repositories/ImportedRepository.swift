import ATProtoData
import ATProtoHTTP
import ATProtoRepo
import ATProtoSyntax
import XRPC
import XRPCServer

/// A repository to import, completely verified: every hash, the tree, and that every record is
/// present, conforms to the data model, and is an object. ``ImportLimits`` bounds its size in memory
/// and in the database.
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
  /// - Parameters:
  ///   - file: a CAR file to which nothing else writes.
  ///   - limits: bounds what is kept in memory and written to the database.
  init(_ file: File, of did: DID, limits: ImportLimits = ImportLimits()) throws {
    do {
      var verifier = RepositoryVerifier(
        waitingLimit: limits.waitingBytes,
        blockLimit: limits.blocks
      )
      var expansion = ImportExpansion(limits)
      var records: [Record] = []
      try Self.forEachChunk(of: file) { bytes in
        expansion.read(bytes.count)
        try verifier.append(bytes) { key, cid in
          try expansion.add(key)
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
        guard blobs[cid] == nil else { return }
        let found = try Self.blobs(in: block, cid)
        try expansion.add(references: found.count)
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
    let value: DataValue
    do throws(DataError) {
      value = try DataValue(cbor: record, limits: .record)
    } catch {
      throw RepoError(.malformedBlock, "the record \(cid): \(error)")
    }
    // Methods that read records could not serve anything else (Repository specification: "records
    // are maps").
    guard case .object = value else {
      throw RepoError(.malformedBlock, "the record \(cid) is not an object")
    }
    return Array(Set(value.blobs.map(\.ref)))
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
