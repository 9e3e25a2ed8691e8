package import ATProtoData
package import ATProtoRepo
package import ATProtoSyntax

/// The latest commit of each repository, its blocks and its record index.
package protocol RepositoryStore {
  func head(of did: DID) throws -> RepositoryHead?
  func setHead(_ head: RepositoryHead) throws
  /// Removes the head, all blocks and all records of a repository.
  func delete(_ did: DID) throws

  /// A page of all repositories, ordered by DID.
  ///
  /// - Parameter cursor: the last DID of the previous page.
  func page(after cursor: String?, limit: Int) throws -> [HostedRepository]
  /// A page of the active repositories that have a record in `collection`, ordered by DID.
  func page(with collection: NSID, after cursor: String?, limit: Int) throws -> [DID]

  func blocks(of did: DID) -> any RepositoryBlockStore
  func records(of did: DID) -> any RecordStore
}

package struct RepositoryHead: Hashable, Sendable {
  package var did: DID
  package var head: CID
  package var rev: TID

  package init(did: DID, head: CID, rev: TID) {
    self.did = did
    self.head = head
    self.rev = rev
  }
}

package struct HostedRepository: Hashable, Sendable {
  package var head: RepositoryHead
  package var status: AccountStatus

  package init(head: RepositoryHead, status: AccountStatus) {
    self.head = head
    self.status = status
  }
}

/// The blocks of one repository.
package protocol RepositoryBlockStore: BlockSource {
  func contains(_ cid: CID) throws -> Bool
  /// Adds a block. Does nothing if the block exists.
  ///
  /// - Parameter rev: the revision that adds the block.
  func insert(_ cid: CID, _ block: [UInt8], rev: TID) throws
  func remove(_ cids: [CID]) throws
  func removeAll() throws

  /// Calls `body` with the blocks added after the revision `since`, or with all blocks if it is
  /// nil; the latest revision comes first. The spans are valid only during the call.
  func forEach(since: TID?, _ body: (_ cid: RawSpan, _ block: RawSpan) throws -> Void) throws

  func count() throws -> Int
}

/// The index of one repository's records: what its tree contains, for listing and lookup.
package protocol RecordStore {
  func entry(_ path: RepoPath) throws -> RecordEntry?
  func cid(_ path: RepoPath) throws -> CID?

  /// A page of a collection, in descending order of record keys. It ends after `limit` records, or
  /// with the record that brings it to `maximumBytes`.
  ///
  /// - Parameters:
  ///   - cursor: the last record key of the previous page.
  ///   - isAscending: whether the smallest record key comes first.
  func page(
    of collection: NSID,
    after cursor: String?,
    limit: Int,
    maximumBytes: Int,
    isAscending: Bool
  ) throws -> RecordPage

  /// The collections that have records, in order.
  func collections() throws -> [String]
  /// Sets the record at a path, or removes it if `cid` is nil.
  func set(_ path: RepoPath, _ cid: CID?) throws
  /// Whether any path has the record.
  func contains(_ cid: CID) throws -> Bool
  func removeAll() throws
  func count() throws -> Int
}

package struct RecordPage: Sendable {
  package var entries: [RecordEntry]
  /// The cursor of the next page; nil if this page is known to be the last.
  package var next: String?

  package init(entries: [RecordEntry] = [], next: String? = nil) {
    self.entries = entries
    self.next = next
  }
}

package struct RecordEntry: Sendable {
  package var recordKey: RecordKey
  package var cid: CID
  /// In DAG-CBOR.
  package var block: [UInt8]

  package init(recordKey: RecordKey, cid: CID, block: [UInt8]) {
    self.recordKey = recordKey
    self.cid = cid
    self.block = block
  }
}
