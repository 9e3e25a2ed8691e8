import ATProtoData
import ATProtoSyntax
import AppView
import LexiconIndex
import ServiceKit

extension SQLiteIndexRecords: RecordWriting {
  func put(
    _ address: RecordAddress,
    cid: CID,
    bytes: [UInt8],
    entries: IndexEntries,
    at now: Int64
  ) throws {
    guard let account = try tables.account(address.did) else { return }
    let collection = try tables.addedCollection(address.collection)
    let stored = try storedRow(account, collection, address.recordKey)
    guard stored?.cid != cid.bytes else { return }
    if let stored { try remove(stored, account) }
    try insert(
      NewRecord(
        address: address,
        cid: cid.bytes,
        bytes: bytes,
        entries: entries,
        indexedAt: stored?.indexedAt ?? now
      ),
      account,
      collection,
      isVisible: try !isTakenDown(address)
    )
  }

  func delete(_ address: RecordAddress) throws {
    guard let account = try tables.account(address.did),
      let collection = try tables.collection(address.collection),
      let stored = try storedRow(account, collection, address.recordKey)
    else { return }
    try remove(stored, account)
  }

  func deleteAll(of did: DID, limit: Int) throws -> Bool {
    guard let account = try tables.account(did) else { return false }
    let rows = try session.all(
      StoredRow.select + " WHERE account = ? LIMIT ?",
      .integer(account.id),
      .count(max(limit, 0)),
      row: StoredRow.init
    )
    for row in rows { try remove(row, account) }
    let rest = try session.first(
      "SELECT 1 FROM record WHERE account = ? LIMIT 1",
      .integer(account.id)
    ) { _ in true }
    return rest ?? false
  }

  // MARK: Rows

  private func storedRow(
    _ account: IndexTables.AccountKey,
    _ collection: IndexTables.CollectionRow,
    _ key: RecordKey
  ) throws -> StoredRow? {
    try session.first(
      StoredRow.select + " WHERE account = ? AND collection = ? AND rkey = ?",
      .integer(account.id),
      .integer(collection.id),
      .text(key.string),
      row: StoredRow.init
    )
  }

  private func isTakenDown(_ address: RecordAddress) throws -> Bool {
    if tables.hasRecordTakedowns == nil {
      tables.hasRecordTakedowns =
        try session.first(
          "SELECT 1 FROM takedown WHERE subject >= 'at:' AND subject < 'at;' LIMIT 1"
        ) { _ in true } ?? false
    }
    guard tables.hasRecordTakedowns == true else { return false }
    return try session.first(
      "SELECT 1 FROM takedown WHERE subject = ?",
      .text(address.uri)
    ) { _ in true } ?? false
  }

  private func insert(
    _ record: NewRecord,
    _ account: IndexTables.AccountKey,
    _ collection: IndexTables.CollectionRow,
    isVisible: Bool
  ) throws {
    let (id, sortAt) = try place(at: record.sortAt)
    let isValid = record.entries.isValid
    let isIndexed = isValid && collection.generation > 0
    let counters = LinkCounters(tables: tables)
    let groups = try counters.groups(record.entries.links, collection.id)
    try session.run(
      """
      INSERT INTO record (id, account, collection, isValid, isVisible, indexedAt, sortAt, generation,
        rkey, cid, groups, entries, bytes)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      .integer(id),
      .integer(account.id),
      .integer(collection.id),
      .flag(isValid),
      .flag(isVisible),
      .integer(record.indexedAt),
      .integer(sortAt),
      .integer(collection.generation),
      .text(record.address.recordKey.string),
      .bytes(record.cid),
      .bytes(StoredGroups.encode(groups.map(\.id))),
      .bytes(isIndexed ? StoredEntries.encode(record.entries) : []),
      .bytes(record.bytes)
    )
    for group in groups {
      try counters.insert(group, record: id, of: account, isVisible: isVisible)
    }
    if isIndexed { try index(record.entries, of: id, collection) }
    tables.changeHolding(
      account.id,
      collection.id,
      .init(
        records: 1,
        invalid: isValid ? 0 : 1,
        hidden: isValid && !isVisible ? 1 : 0,
        links: groups.count
      )
    )
  }

  private func index(
    _ entries: IndexEntries,
    of id: Int64,
    _ collection: IndexTables.CollectionRow
  ) throws {
    for value in entries.values {
      guard let content = value.value, !collection.unindexed.covers(value, entries.links),
        let field = ValueColumn.field(value.field, collection.generation)
      else { continue }
      try session.run(
        "INSERT OR IGNORE INTO value (field, value, record) VALUES (?, ?, ?)",
        .integer(field),
        ValueColumn.value(content),
        .integer(id)
      )
    }
    try WordTable(session, collection)?.insert(entries.texts, of: id)
  }

  /// Removes a record and everything that was indexed of it.
  private func remove(_ stored: StoredRow, _ account: IndexTables.AccountKey) throws {
    let entries = try StoredEntries.decode(stored.entries)
    for value in entries.values {
      guard let content = value.value,
        let field = ValueColumn.field(value.field, stored.generation)
      else { continue }
      try session.run(
        "DELETE FROM value WHERE field = ? AND value = ? AND record = ?",
        .integer(field),
        ValueColumn.value(content),
        .integer(stored.id)
      )
    }
    if !entries.texts.isEmpty, let nsid = try tables.nsid(ofCollection: stored.collection),
      let collection = try tables.collection(nsid), collection.generation == stored.generation
    {
      try WordTable(session, collection)?.delete(entries.texts, of: stored.id)
    }
    // Before the links: whether an account has others is asked of the records.
    try session.run("DELETE FROM record WHERE id = ?", .integer(stored.id))
    let groups = StoredGroups.decode(stored.groups)
    let counters = LinkCounters(tables: tables)
    for group in groups {
      try counters.remove(group, record: stored.id, of: account, wasVisible: stored.isVisible)
    }
    tables.changeHolding(
      account.id,
      stored.collection,
      .init(
        records: -1,
        invalid: stored.isValid ? 0 : -1,
        hidden: stored.isValid && !stored.isVisible ? -1 : 0,
        links: -groups.count
      )
    )
  }

  // MARK: Places in time

  /// Random places that are tried in a block whose ends are taken. If half of it is free, all of them
  /// fail once in 65,000 times.
  private static let probes = 16

  /// An ID for a record with a sort time, and the sort time that the record has with it.
  ///
  /// Strangers can give any number of records the same time. So this takes a few lookups, however
  /// many there are, and always finds a place: if need be, milliseconds away.
  private func place(at time: Int64) throws -> (id: Int64, sortAt: Int64) {
    if let id = try freeID(at: time) { return (id, time) }
    for exponent in Int64(0)..<40 {
      let other = RecordID.time(1 << exponent, before: time)
      if let id = try freeID(at: other) { return (id, other) }
    }
    throw ServiceError(.storage, "cannot index a record: too many others have the same time")
  }

  private func freeID(at time: Int64) throws -> Int64? {
    if let id = try next(in: RecordID.numbers(at: time)) { return id }
    let block = RecordID.block(at: time)
    if let id = try next(in: block) { return id }
    let first = try session.first(
      "SELECT id FROM record WHERE id BETWEEN ? AND ? ORDER BY id LIMIT 1",
      .integer(block.lowerBound),
      .integer(block.upperBound)
    ) { $0.integer(0) }
    if let first, first > block.lowerBound { return first - 1 }
    for _ in 0..<Self.probes {
      let id = Int64.random(in: block)
      let isUsed = try session.first("SELECT 1 FROM record WHERE id = ?", .integer(id)) { _ in true
      }
      if isUsed == nil { return id }
    }
    return nil
  }

  /// The number after the last one in use.
  private func next(in range: ClosedRange<Int64>) throws -> Int64? {
    let last = try session.first(
      "SELECT id FROM record WHERE id BETWEEN ? AND ? ORDER BY id DESC LIMIT 1",
      .integer(range.lowerBound),
      .integer(range.upperBound)
    ) { $0.integer(0) }
    guard let last else { return range.lowerBound }
    return last < range.upperBound ? last + 1 : nil
  }

  // MARK: Plans

  func fingerprints() throws -> [NSID: String] {
    var found: [NSID: String] = [:]
    try session.forEach(
      "SELECT nsid, fingerprint FROM collection WHERE fingerprint IS NOT NULL",
      []
    ) { row in found[try NSID(row.text(0))] = row.text(1) }
    return found
  }

  /// The old values stay where they are, out of reach: the fields of the new plan have other numbers.
  /// ``reindex(_:after:limit:_:)`` removes them record by record.
  func prepare(_ plan: CollectionPlan?, for nsid: NSID) throws {
    let stored = try tables.collection(nsid)
    guard stored?.fingerprint != plan?.fingerprint else { return }
    let collection = try tables.addedCollection(nsid)
    try WordTable(session, collection)?.drop()
    let searched = plan?.fields.filter(\.isSearched).map(\.number).sorted() ?? []
    let generation = plan == nil ? 0 : try newGeneration()
    try session.run(
      """
      UPDATE collection SET fingerprint = ?, generation = ?, searched = ?, unindexed = ?
      WHERE id = ?
      """,
      plan.map { .text($0.fingerprint) } ?? .null,
      .integer(generation),
      .text(searched.map { "\($0)" }.joined(separator: ",")),
      .text(plan.map { UnindexedFields($0).text } ?? ""),
      .integer(collection.id)
    )
    tables.forgetCollections()
    guard generation > 0, !searched.isEmpty else { return }
    try WordTable(session, generation, searched).create()
  }

  private static let generationNote = "generation"

  /// A number that no plan has had.
  private func newGeneration() throws -> Int64 {
    let notes = SQLiteSyncTable(tables: tables)
    let generation = (try notes.note(Self.generationNote).flatMap { Int64($0) } ?? 0) + 1
    try notes.setNote(Self.generationNote, "\(generation)")
    return generation
  }

  /// The most bytes of records that are indexed again in one transaction, apart from the last one.
  private static let reindexedBytes = 4 << 20

  func reindex(
    _ collection: NSID,
    after uri: String?,
    limit: Int,
    _ entries: (DataValue) -> IndexEntries
  ) throws -> String? {
    guard let row = try tables.collection(collection) else { return nil }
    var stream = try URIStream(tables, row.id, isDescending: false, isComplete: true, after: uri)
    var addresses: [RecordAddress] = []
    while addresses.count <= limit, let candidate = try stream.next() {
      addresses.append(try candidate.address(collection))
    }
    let page = addresses.prefix(limit)
    var bytes = 0
    for (index, address) in page.enumerated() {
      // Others wait for the transaction.
      if bytes > Self.reindexedBytes { return page[page.startIndex + index - 1].uri }
      guard let account = try tables.account(address.did),
        let stored = try storedRow(account, row, address.recordKey)
      else { continue }
      bytes += stored.bytes.count
      let value = try DataValue(cbor: stored.bytes, rules: .allowsForeignCIDs)
      try remove(stored, account)
      try insert(
        NewRecord(
          address: address,
          cid: stored.cid,
          bytes: stored.bytes,
          entries: entries(value),
          indexedAt: stored.indexedAt
        ),
        account,
        row,
        isVisible: stored.isVisible
      )
    }
    return addresses.count > limit ? page.last?.uri : nil
  }
}

extension UnindexedFields {
  /// Whether a record is found without the value in the index.
  fileprivate func covers(
    _ value: IndexEntries.FieldValue,
    _ links: [IndexEntries.Link]
  ) -> Bool {
    guard let path = self.links[value.field] else { return omitted.contains(value.field) }
    // Records have more links than are indexed.
    return links.contains { $0.path == path && .text($0.target) == value.value }
  }
}

private struct NewRecord {
  var address: RecordAddress
  var cid: [UInt8]
  var bytes: [UInt8]
  var entries: IndexEntries
  var indexedAt: Int64

  var sortAt: Int64 { min(entries.createdAt ?? indexedAt, indexedAt) }
}

/// A stored record, with what is needed to remove it.
private struct StoredRow {
  var id: Int64
  var collection: Int64
  var isValid: Bool
  var isVisible: Bool
  var indexedAt: Int64
  var generation: Int64
  var cid: [UInt8]
  var groups: [UInt8]
  var entries: [UInt8]
  var bytes: [UInt8]

  static let select = """
    SELECT id, collection, isValid, isVisible, indexedAt, generation, cid, groups, entries, bytes
    FROM record
    """

  init(_ row: SQLiteStatement) {
    id = row.integer(0)
    collection = row.integer(1)
    isValid = row.flag(2)
    isVisible = row.flag(3)
    indexedAt = row.integer(4)
    generation = row.integer(5)
    cid = row.bytes(6)
    groups = row.bytes(7)
    entries = row.bytes(8)
    bytes = row.bytes(9)
  }
}
