import ATProtoSyntax
import LexiconIndex

struct MemoryLinks: LinkReading {
  let transaction: MemoryIndexTransaction

  /// The visible records that link to a target, whose text is compared by bytes.
  private func rows(_ target: String, _ source: LinkSource) throws -> [MemoryRow] {
    let target = IndexValue.text(target)
    return try transaction.scan().visibleRows(source.collection).filter { row in
      row.record.entries.links.contains { $0.path == source.path && .text($0.target) == target }
    }
  }

  /// The rows of a query in its order, whatever its position and limit.
  private func sorted(_ query: LinkQuery) throws -> [MemoryRow] {
    try rows(query.target, query.source)
      .filter { query.repos?.contains($0.address.did) ?? true }
      .sorted { query.order.precedes($0.position, $1.position) }
  }

  func page(_ query: LinkQuery) throws -> IndexPage<LinkedRecord, RecordPosition> {
    let later = try sorted(query).filter { row in
      query.after.map { query.order.precedes($0, row.position) } ?? true
    }
    return IndexPage(later.map(\.link), limit: query.limit) { $0.position }
  }

  func count(_ target: String, _ source: LinkSource, repos: [DID]?) throws -> LinkCount {
    let rows = try rows(target, source).filter { repos?.contains($0.address.did) ?? true }
    return LinkCount(records: rows.count, accounts: Set(rows.map(\.address.did)).count)
  }

  func counts(_ keys: [(target: String, source: LinkSource)]) throws -> [LinkCount] {
    try keys.map { try count($0.target, $0.source, repos: nil) }
  }

  func accounts(
    _ target: String,
    _ source: LinkSource,
    after position: RecordPosition?,
    limit: Int
  ) throws -> IndexPage<DID, RecordPosition> {
    var seen: Set<DID> = []
    let newest = try sorted(LinkQuery(target: target, source: source))
      .filter { seen.insert($0.address.did).inserted }
      .filter { row in position.map { RecordOrder.newestFirst.precedes($0, row.position) } ?? true }
    let page = newest.prefix(limit)
    return IndexPage(
      page.map(\.address.did),
      next: newest.count > limit ? page.last?.position : nil
    )
  }

  func links(
    from did: DID,
    to targets: [String],
    _ source: LinkSource
  ) throws -> [String: LinkedRecord] {
    try targets.reduce(into: [:]) { found, target in
      var query = LinkQuery(target: target, source: source)
      query.repos = [did]
      found[target] = try sorted(query).first?.link
    }
  }

  // MARK: Pairs

  /// What a row links to at another path, in the order of the text's bytes.
  private func others(_ row: MemoryRow, _ path: String, _ wanted: Set<IndexValue>?) -> [IndexValue]
  {
    row.record.entries.links.filter { $0.path == path }.map { IndexValue.text($0.target) }
      .filter { wanted?.contains($0) ?? true }.sorted()
  }

  func pairs(
    _ query: LinkQuery,
    _ otherPath: String,
    others wanted: [String]?,
    after position: [IndexValue]?
  ) throws -> IndexPage<LinkPair, [IndexValue]> {
    let wanted = wanted.map { Set($0.map(IndexValue.text)) }
    let last = position.flatMap(PairPosition.init)
    var found: [PairPosition] = []
    for row in try sorted(query) {
      for other in others(row, otherPath, wanted) {
        let pair = PairPosition(record: row.position, other: other)
        if let last, !last.precedes(pair, query.order) { continue }
        found.append(pair)
      }
    }
    let page = found.prefix(query.limit)
    return IndexPage(
      page.compactMap(\.pair),
      next: found.count > query.limit ? page.last?.values : nil
    )
  }

  func pairCounts(
    _ query: LinkQuery,
    _ otherPath: String,
    others wanted: [String]?,
    after other: String?
  ) throws -> IndexPage<PairCount, String> {
    let wanted = wanted.map { Set($0.map(IndexValue.text)) }
    var records: [IndexValue: [RecordAddress]] = [:]
    for row in try sorted(query) {
      for other in others(row, otherPath, wanted) {
        records[other, default: []].append(row.address)
      }
    }
    let counts = records.sorted { $0.key < $1.key }.filter { found in
      other.map { .text($0) < found.key } ?? true
    }.compactMap { value, addresses -> PairCount? in
      guard case .text(let text) = value else { return nil }
      let accounts = Set(addresses.map(\.did)).count
      return PairCount(
        other: text,
        count: LinkCount(records: addresses.count, accounts: accounts)
      )
    }
    return IndexPage(counts, limit: query.limit) { $0.other }
  }
}

extension MemoryRow {
  fileprivate var link: LinkedRecord {
    LinkedRecord(address: address, sortAt: record.sortAt, indexedAt: record.indexedAt)
  }
}
