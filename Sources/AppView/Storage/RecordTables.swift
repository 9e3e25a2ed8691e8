package import ATProtoData
package import ATProtoSyntax
package import LexiconIndex

/// Accounts with a repository in the index.
package protocol AccountReading {
  /// An account, visible or not; nil if its repository is not followed.
  func account(_ did: DID) throws -> IndexedAccount?
  /// The accounts among these that are followed.
  func accounts(_ dids: [DID]) throws -> [DID: IndexedAccount]
  /// The number of distinct accounts among these that are visible.
  func visibleCount(_ dids: [DID]) throws -> Int
  /// The account with a confirmed handle.
  func account(handle: Handle) throws -> IndexedAccount?
  /// Visible accounts whose handle begins with a text, in the order of handles, after one of them.
  func accounts(handlePrefix: String, after handle: String?, limit: Int) throws -> [IndexedAccount]
  /// The collections of an account's stored records, sorted.
  func collections(of did: DID) throws -> [NSID]
}

/// Visible records.
package protocol RecordReading {
  func record(_ address: RecordAddress) throws -> IndexedRecord?
  /// The visible records among these.
  func records(_ addresses: [RecordAddress]) throws -> [RecordAddress: IndexedRecord]
  /// The records of an account in a collection by record key, the greatest first unless reversed.
  func list(
    _ collection: NSID,
    of did: DID,
    after key: RecordKey?,
    isReversed: Bool,
    limit: Int
  ) throws -> IndexPage<IndexedRecord, RecordKey>

  /// Valid records that satisfy a query.
  func query(_ query: RecordQuery) throws -> IndexPage<IndexedRecord, RecordPosition>
  /// The valid records that satisfy a query, whatever its limit and position.
  func count(_ query: RecordQuery) throws -> LinkCount
  /// The number of records for each value of a field, the most frequent first, then by value. A
  /// record counts once for each of its distinct values.
  func groups(
    _ query: RecordQuery,
    by field: QueryField,
    limit: Int
  ) throws -> [(value: IndexValue, count: Int)]
  /// The valid records of accounts in some collections, newest first: a timeline.
  func timeline(
    of dids: [DID],
    _ collections: [NSID],
    after position: RecordPosition?,
    limit: Int
  ) throws -> IndexPage<IndexedRecord, RecordPosition>

  /// The number of stored records of each collection, and of those that violate their lexicon.
  func collectionCounts() throws -> [(collection: NSID, records: Int, invalid: Int)]
}

/// Changes to records and to what is indexed of them.
package protocol RecordWriting {
  /// Creates or replaces a record. The time of an existing record at the address is kept, and a
  /// record with the same CID stays as it is. Records of accounts that are not tracked are left
  /// out.
  func put(
    _ address: RecordAddress,
    cid: CID,
    bytes: [UInt8],
    entries: IndexEntries,
    at now: Int64
  ) throws
  func delete(_ address: RecordAddress) throws
  /// Deletes at most `limit` records of an account, and returns whether there may be more.
  func deleteAll(of did: DID, limit: Int) throws -> Bool

  /// The fingerprints with which collections were indexed.
  func fingerprints() throws -> [NSID: String]
  /// Prepares a collection for a plan: its tables, and its fingerprint. What was indexed with another
  /// fingerprint is dropped, and must be indexed again with ``reindex(_:after:limit:_:)``. Nil drops
  /// the plan; the records stay.
  func prepare(_ plan: CollectionPlan?, for collection: NSID) throws
  /// Indexes some stored records again, at most `limit`, and returns the URI of the last one; nil if
  /// that was all.
  func reindex(
    _ collection: NSID,
    after uri: String?,
    limit: Int,
    _ entries: (DataValue) -> IndexEntries
  ) throws -> String?
}

/// Records that link to something.
package protocol LinkReading {
  /// A record that links to a target.
  typealias Link = LinkedRecord

  func page(_ query: LinkQuery) throws -> IndexPage<LinkedRecord, RecordPosition>
  func count(_ target: String, _ source: LinkSource, repos: [DID]?) throws -> LinkCount
  /// The counts for many targets and sources at once, in their order.
  func counts(_ keys: [(target: String, source: LinkSource)]) throws -> [LinkCount]
  /// The accounts that link to a target, each once, newest link first.
  func accounts(
    _ target: String,
    _ source: LinkSource,
    after position: RecordPosition?,
    limit: Int
  ) throws -> IndexPage<DID, RecordPosition>
  /// The newest record of an account that links to each target.
  func links(from did: DID, to targets: [String], _ source: LinkSource) throws
    -> [String: LinkedRecord]

  /// The records that link to a target, with what else they link to at another path: in the order
  /// of the query, the others of one record by their text. The query's own position is not used.
  func pairs(
    _ query: LinkQuery,
    _ otherPath: String,
    others: [String]?,
    after position: [IndexValue]?
  ) throws -> IndexPage<LinkPair, [IndexValue]>
  /// The same, counted for each of the others, in the order of their text's bytes.
  func pairCounts(
    _ query: LinkQuery,
    _ otherPath: String,
    others: [String]?,
    after other: String?
  ) throws -> IndexPage<PairCount, String>
}

/// A record that links to a target.
package struct LinkedRecord: Hashable, Sendable {
  package var address: RecordAddress
  package var sortAt: Int64
  package var indexedAt: Int64

  package init(address: RecordAddress, sortAt: Int64, indexedAt: Int64) {
    self.address = address
    self.sortAt = sortAt
    self.indexedAt = indexedAt
  }
}

/// How often records that link to one target link to another.
package struct PairCount: Hashable, Sendable {
  package var other: String
  package var count: LinkCount

  package init(other: String, count: LinkCount) {
    self.other = other
    self.count = count
  }
}
