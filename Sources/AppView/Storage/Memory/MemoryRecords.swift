import ATProtoData
import ATProtoSyntax
package import LexiconIndex

struct MemoryRecords: RecordReading {
  let transaction: MemoryIndexTransaction

  func record(_ address: RecordAddress) -> IndexedRecord? {
    let state = transaction.state
    guard state.isVisible(address), let record = state[address] else { return nil }
    return MemoryRow(address: address, record: record).indexed
  }

  func records(_ addresses: [RecordAddress]) -> [RecordAddress: IndexedRecord] {
    addresses.reduce(into: [:]) { $0[$1] = record($1) }
  }

  func list(
    _ collection: NSID,
    of did: DID,
    after key: RecordKey?,
    isReversed: Bool,
    limit: Int
  ) throws -> IndexPage<IndexedRecord, RecordKey> {
    let state = try transaction.scan()
    let rows = (state.records[collection]?[did] ?? [:]).map { key, record in
      MemoryRow(
        address: RecordAddress(did: did, collection: collection, recordKey: key),
        record: record
      )
    }.filter { state.isVisible($0.address) }
    func precedes(_ left: RecordKey, _ right: RecordKey) -> Bool {
      isReversed ? left.string < right.string : right.string < left.string
    }
    let later = rows.filter { row in key.map { precedes($0, row.address.recordKey) } ?? true }
      .sorted { precedes($0.address.recordKey, $1.address.recordKey) }
    return IndexPage(later.map(\.indexed), limit: limit) { $0.address.recordKey }
  }

  // MARK: Queries

  private func matches(_ query: RecordQuery) throws -> [MemoryRow] {
    try transaction.scan().visibleRows(query.collection).filter { row in
      query.matches(row.record.entries, row.builtIns)
    }
  }

  func query(_ query: RecordQuery) throws -> IndexPage<IndexedRecord, RecordPosition> {
    let found = try matches(query).map { row in
      (row: row, position: query.position(of: row.record.entries, row.builtIns))
    }.filter { found in query.after.map { query.order.precedes($0, found.position) } ?? true }
      .sorted { query.order.precedes($0.position, $1.position) }
    let page = found.prefix(query.limit)
    return IndexPage(
      page.map(\.row.indexed),
      next: found.count > query.limit ? page.last?.position : nil
    )
  }

  func count(_ query: RecordQuery) throws -> LinkCount {
    let found = try matches(query)
    return LinkCount(records: found.count, accounts: Set(found.map(\.address.did)).count)
  }

  func groups(
    _ query: RecordQuery,
    by field: QueryField,
    limit: Int
  ) throws -> [(value: IndexValue, count: Int)] {
    var counts: [IndexValue: Int] = [:]
    for row in try matches(query) {
      for value in row.values(of: field) { counts[value, default: 0] += 1 }
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
    let state = try transaction.scan()
    let dids = Set(dids)
    let order = RecordOrder.newestFirst
    let rows = Set(collections).flatMap { state.visibleRows($0) }.filter { row in
      row.record.entries.isValid && dids.contains(row.address.did)
        && position.map { order.precedes($0, row.position) } ?? true
    }.sorted { order.precedes($0.position, $1.position) }
    return IndexPage(rows.map(\.indexed), limit: limit) { $0.newestFirstPosition }
  }

  func collectionCounts() throws -> [(collection: NSID, records: Int, invalid: Int)] {
    let state = try transaction.scan()
    return state.records.keys.sorted { $0.string < $1.string }.map { collection in
      let rows = state.rows(collection)
      let invalid = rows.count { !$0.record.entries.isValid }
      return (collection: collection, records: rows.count, invalid: invalid)
    }
  }
}

extension MemoryRow {
  /// The distinct values of a field.
  fileprivate func values(of field: QueryField) -> Set<IndexValue> {
    switch field {
    case .builtIn(let field): [builtIns[field]]
    case .planned(let numbers):
      Set(record.entries.values.lazy.filter { numbers.contains($0.field) }.compactMap(\.value))
    }
  }
}

extension IndexedRecord {
  /// The position in ``RecordOrder/newestFirst``.
  package var newestFirstPosition: RecordPosition {
    RecordPosition(value: .instant(sortAt), uri: uri)
  }
}
