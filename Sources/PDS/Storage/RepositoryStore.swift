import ATProtoData
import ATProtoRepo
import ATProtoSyntax

/// The newest commit of each repository, and what is below it.
protocol RepositoryStore {
  func head(of did: DID) throws -> RepositoryHead?
  func setHead(_ head: RepositoryHead) throws
  /// Removes the head, all blocks and all records.
  func delete(_ did: DID) throws

  /// A page of all repositories by DID.
  ///
  /// - Parameter cursor: the DID before the page; excluded.
  func page(after cursor: String?, limit: Int) throws -> [HostedRepository]
  /// The same of those that have a record of `collection`.
  func page(with collection: NSID, after cursor: String?, limit: Int) throws -> [DID]

  func blocks(of did: DID) -> any RepositoryBlockStore
  func records(of did: DID) -> any RecordStore
}

struct RepositoryHead: Sendable {
  var did: DID
  var head: CID
  var rev: TID
}

struct HostedRepository: Sendable {
  var head: RepositoryHead
  var status: AccountStatus
}

/// The blocks of one repository.
protocol RepositoryBlockStore: BlockSource {
  func contains(_ cid: CID) throws -> Bool
  /// Does nothing where the block is there.
  ///
  /// - Parameter rev: the revision that brings the block.
  func insert(_ cid: CID, _ block: [UInt8], rev: TID) throws
  func remove(_ cids: [CID]) throws
  func removeAll() throws

  /// The blocks that came after the revision `since`, which is nil for all; those of the newest
  /// revision first. The spans are of use within `body` only.
  func forEach(since: TID?, _ body: (_ cid: RawSpan, _ block: RawSpan) throws -> Void) throws

  func count() throws -> Int
}

/// The index of one repository's records: what its tree says, for listing and lookup.
protocol RecordStore {
  func entry(_ path: RepoPath) throws -> RecordEntry?
  func cid(_ path: RepoPath) throws -> CID?

  /// A page of a collection, the latest record key first: at most `limit` records, and no more once
  /// they have `maximumBytes`.
  ///
  /// - Parameters:
  ///   - cursor: the record key before the page; excluded.
  ///   - isAscending: the earliest record key first.
  func page(
    of collection: NSID,
    after cursor: String?,
    limit: Int,
    maximumBytes: Int,
    isAscending: Bool
  ) throws -> RecordPage

  func collections() throws -> [String]
  func set(_ path: RepoPath, _ cid: CID?) throws
  func contains(_ cid: CID) throws -> Bool
  func removeAll() throws
  func count() throws -> Int
}

struct RecordPage: Sendable {
  var entries: [RecordEntry] = []
  /// The cursor of the next page; nil where this is known to be the last.
  var next: String?
}

struct RecordEntry: Sendable {
  var recordKey: RecordKey
  var cid: CID
  /// In DAG-CBOR.
  var block: [UInt8]
}
