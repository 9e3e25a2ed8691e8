import ATProtoData
import ATProtoSyntax
import AppView
import LexiconIndex

struct SQLiteIndexRecords: RecordReading {
  let tables: IndexTables

  var session: SQLiteSession { tables.session }

  /// The bytes of records at which a page ends, whatever its limit: a hundred records may have a
  /// hundred megabytes, and several times as much when they are decoded.
  private static let pageBytes = 16 << 20

  private struct PageIsFull: Error {}

  func record(_ address: RecordAddress) throws -> IndexedRecord? {
    guard let account = try tables.account(address.did), account.isVisible,
      let collection = try tables.collection(address.collection)
    else { return nil }
    return try session.first(
      """
      SELECT cid, bytes, indexedAt, sortAt, isValid FROM record
      WHERE account = ? AND collection = ? AND rkey = ? AND isVisible = 1
      """,
      .integer(account.id),
      .integer(collection.id),
      .text(address.recordKey.string)
    ) { try IndexedRecord(address, $0) }
  }

  func records(_ addresses: [RecordAddress]) throws -> [RecordAddress: IndexedRecord] {
    var found: [RecordAddress: IndexedRecord] = [:]
    for address in addresses where found[address] == nil {
      found[address] = try record(address)
    }
    return found
  }

  func list(
    _ nsid: NSID,
    of did: DID,
    after key: RecordKey?,
    isReversed: Bool,
    limit: Int
  ) throws -> IndexPage<IndexedRecord, RecordKey> {
    guard let account = try tables.account(did), account.isVisible,
      let collection = try tables.collection(nsid)
    else { return IndexPage([]) }
    let (comparison, suffix) = isReversed ? (">", "") : ("<", " DESC")
    var elements: [IndexedRecord] = []
    var bytes = 0
    var isFull = false
    do {
      // Record keys are not empty, and have no character after "~".
      try session.forEach(
        """
        SELECT cid, bytes, indexedAt, sortAt, isValid, rkey FROM record INDEXED BY recordKey
        WHERE account = ? AND collection = ? AND rkey \(comparison) ? AND isVisible = 1
        ORDER BY rkey\(suffix) LIMIT ?
        """,
        [
          .integer(account.id), .integer(collection.id),
          .text(key?.string ?? (isReversed ? "" : "\u{7F}")), .count(limit + 1),
        ]
      ) { row in
        guard elements.count < limit, bytes < Self.pageBytes else { throw PageIsFull() }
        let key = try RecordKey(row.text(5))
        let record = try IndexedRecord(
          RecordAddress(did: did, collection: nsid, recordKey: key),
          row
        )
        elements.append(record)
        bytes += record.bytes.count
      }
    } catch is PageIsFull {
      isFull = true
    }
    return IndexPage(elements, next: isFull ? elements.last?.address.recordKey : nil)
  }

  // MARK: Queries

  func query(_ query: RecordQuery) throws -> IndexPage<IndexedRecord, RecordPosition> {
    guard let execution = try QueryExecution(tables, query) else { return IndexPage([]) }
    let candidates = try execution.page()
    let elements = try records(candidates.prefix(query.limit)) { _ in query.collection }
    var next: RecordPosition?
    if candidates.count > elements.count, !elements.isEmpty {
      next = try execution.next(after: candidates[elements.count - 1])
    }
    return IndexPage(elements, next: next)
  }

  /// The whole records of the first candidates, at least one.
  private func records(
    _ candidates: ArraySlice<Candidate>,
    _ collection: (Candidate) throws -> NSID
  ) throws -> [IndexedRecord] {
    var records: [IndexedRecord] = []
    var bytes = 0
    for candidate in candidates where bytes < Self.pageBytes {
      let record = try record(candidate, collection(candidate))
      records.append(record)
      bytes += record.bytes.count
    }
    return records
  }

  /// The whole record of a candidate.
  private func record(_ candidate: Candidate, _ collection: NSID) throws -> IndexedRecord {
    IndexedRecord(
      address: try candidate.address(collection),
      cid: try CID(bytes: candidate.cid),
      bytes: try session.first(
        "SELECT bytes FROM record WHERE id = ?",
        .integer(candidate.id)
      ) { $0.bytes(0) } ?? [],
      indexedAt: candidate.indexedAt,
      sortAt: candidate.sortAt
    )
  }

  func count(_ query: RecordQuery) throws -> LinkCount {
    guard let execution = try QueryExecution(tables, query) else { return LinkCount() }
    if let count = try execution.countByIndex() { return count }
    var records = 0
    var accounts: Set<Int64> = []
    try execution.forEachMatch { candidate in
      records += 1
      accounts.insert(candidate.account)
    }
    return LinkCount(records: records, accounts: accounts.count)
  }

  func groups(
    _ query: RecordQuery,
    by field: QueryField,
    limit: Int
  ) throws -> [(value: IndexValue, count: Int)] {
    guard let execution = try QueryExecution(tables, query) else { return [] }
    var counts: [IndexValue: Int] = [:]
    try execution.forEachMatch { candidate in
      switch field {
      case .builtIn(let field):
        let value = try candidate.builtIns(needsCID: field == .cid)[field]
        counts[value, default: 0] += 1
      case .planned(let numbers):
        let entries = try execution.entries(candidate)
        let values = entries.values.lazy.filter { numbers.contains($0.field) }
        for value in Set(values.compactMap(\.value)) { counts[value, default: 0] += 1 }
      }
    }
    let sorted = counts.sorted { left, right in
      left.value != right.value ? left.value > right.value : left.key < right.key
    }
    return sorted.prefix(limit).map { (value: $0.key, count: $0.value) }
  }

  func timeline(
    of dids: [DID],
    _ collections: [NSID],
    after position: RecordPosition?,
    limit: Int
  ) throws -> IndexPage<IndexedRecord, RecordPosition> {
    var timeline = try Timeline(tables, dids, collections)
    let found = try timeline.page(after: position, limit: limit + 1)
    let records = try records(found.prefix(limit)) { try NSID($0.collection) }
    return IndexPage(
      records,
      next: found.count > records.count ? records.last?.newestFirstPosition : nil
    )
  }

  func collectionCounts() throws -> [(collection: NSID, records: Int, invalid: Int)] {
    try tables.flush()
    return try session.all(
      "SELECT nsid, records, invalid FROM collection WHERE records > 0 ORDER BY nsid"
    ) { (collection: try NSID($0.text(0)), records: $0.count(1), invalid: $0.count(2)) }
  }
}

extension IndexedRecord {
  /// Reads the columns `cid, bytes, indexedAt, sortAt, isValid`.
  fileprivate init(_ address: RecordAddress, _ row: SQLiteStatement) throws {
    self.init(
      address: address,
      cid: try CID(bytes: row.bytes(0)),
      bytes: row.bytes(1),
      indexedAt: row.integer(2),
      sortAt: row.integer(3),
      isValid: row.flag(4)
    )
  }
}
