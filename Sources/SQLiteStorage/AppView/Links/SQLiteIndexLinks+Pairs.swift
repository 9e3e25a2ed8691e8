import ATProtoSyntax
import AppView
import LexiconIndex

extension SQLiteIndexLinks {
  /// What a record links to at a path, in the order of the text's bytes.
  private func others(
    _ record: Int64,
    _ source: Int64,
    _ wanted: Set<IndexValue>?
  ) throws -> [IndexValue] {
    let groups =
      try session.first("SELECT groups FROM record WHERE id = ?", .integer(record)) {
        StoredGroups.decode($0.bytes(0))
      } ?? []
    return try groups.compactMap { group in
      try session.first(
        "SELECT target FROM linkGroup WHERE id = ? AND source = ?",
        .integer(group),
        .integer(source)
      ) { IndexValue.text($0.text(0)) }
    }.filter { wanted?.contains($0) ?? true }.sorted()
  }

  private func source(_ query: LinkQuery, _ path: String) throws -> Int64? {
    try tables.collection(query.source.collection).flatMap { try tables.source($0.id, path) }
  }

  func pairs(
    _ query: LinkQuery,
    _ otherPath: String,
    others wanted: [String]?,
    after position: [IndexValue]?
  ) throws -> IndexPage<LinkPair, [IndexValue]> {
    guard let source = try source(query, otherPath) else { return IndexPage([]) }
    let wanted = wanted.map { Set($0.map(IndexValue.text)) }
    let last = position.flatMap(PairPosition.init)
    var found: [PairPosition] = []
    if let last, let address = RecordAddress(last.record.uri),
      let id = try linked(address, query)
    {
      // The rest of the record on which the last page ended.
      found = try others(id, source, wanted).map { PairPosition(record: last.record, other: $0) }
        .filter { last.precedes($0, query.order) }
    }
    var after = last?.record
    var batch = query.limit + 1
    while found.count <= query.limit {
      let candidates = try candidates(query, after: after, limit: batch)
      for candidate in candidates where found.count <= query.limit {
        found += try others(candidate.id, source, wanted).map {
          PairPosition(record: candidate.position, other: $0)
        }
      }
      guard candidates.count == batch, let end = candidates.last else { break }
      after = end.position
      batch = min(batch * 2, 1_000)
    }
    let page = found.prefix(query.limit)
    return IndexPage(
      page.compactMap(\.pair),
      next: found.count > query.limit ? page.last?.values : nil
    )
  }

  /// The ID of a visible record that a query finds.
  private func linked(_ address: RecordAddress, _ query: LinkQuery) throws -> Int64? {
    guard query.repos?.contains(address.did) ?? true,
      address.collection == query.source.collection,
      let group = try group(query.target, query.source),
      let account = try tables.account(address.did), account.isVisible,
      let collection = try tables.collection(address.collection)
    else { return nil }
    return try session.first(
      """
      SELECT r.id FROM record AS r INDEXED BY recordKey
        CROSS JOIN link AS l ON l.grouping = ?4 AND l.record = r.id
      WHERE r.account = ?1 AND r.collection = ?2 AND r.rkey = ?3 AND r.isVisible = 1
      """,
      .integer(account.id),
      .integer(collection.id),
      .text(address.recordKey.string),
      .integer(group)
    ) { $0.integer(0) }
  }

  func pairCounts(
    _ query: LinkQuery,
    _ otherPath: String,
    others wanted: [String]?,
    after other: String?
  ) throws -> IndexPage<PairCount, String> {
    guard let source = try source(query, otherPath) else { return IndexPage([]) }
    let wanted = wanted.map { Set($0.map(IndexValue.text)) }
    var counts: [IndexValue: Tally] = [:]
    var after: RecordPosition?
    repeat {
      let candidates = try candidates(query, after: after, limit: 1_000)
      for candidate in candidates {
        for other in try others(candidate.id, source, wanted) {
          counts[other, default: Tally()].add(candidate.account)
        }
      }
      after = candidates.count == 1_000 ? candidates.last?.position : nil
    } while after != nil
    let sorted = counts.sorted { $0.key < $1.key }.filter { found in
      other.map { .text($0) < found.key } ?? true
    }.compactMap { value, tally -> PairCount? in
      guard case .text(let text) = value else { return nil }
      let count = LinkCount(records: tally.records, accounts: tally.accounts.count)
      return PairCount(other: text, count: count)
    }
    let page = Array(sorted.prefix(query.limit))
    return IndexPage(page, next: sorted.count > query.limit ? page.last?.other : nil)
  }

  private struct Tally {
    var records = 0
    var accounts: Set<Int64> = []

    mutating func add(_ account: Int64) {
      records += 1
      accounts.insert(account)
    }
  }
}
