import ATProtoSyntax
import LexiconIndex

/// The records of many accounts in several collections, newest first.
///
/// Either the newest records of each account are merged, or the newest records of the collections are
/// filtered. The second is faster if the accounts write much of all that is written, which is estimated;
/// a scan that costs more than the merge would is given up for it.
struct Timeline {
  private let tables: IndexTables
  private let accounts: [Int64]
  private let collections: [(id: Int64, nsid: NSID, records: Int)]

  /// Candidates of a scan that cost as much as finding the newest record of an account.
  private static let scannedPerHead = 3

  init(_ tables: IndexTables, _ dids: [DID], _ nsids: [NSID]) throws {
    self.tables = tables
    var seen: Set<Int64> = []
    accounts = try dids.compactMap { try tables.account($0) }
      .filter { $0.isVisible && seen.insert($0.id).inserted }.map(\.id)
    collections = try Set(nsids).sorted { $0.string < $1.string }.compactMap { nsid in
      try tables.collection(nsid).map { (id: $0.id, nsid: nsid, records: $0.records) }
    }
  }

  private var session: SQLiteSession { tables.session }

  mutating func page(after position: RecordPosition?, limit: Int) throws -> [Candidate] {
    guard !accounts.isEmpty, !collections.isEmpty else { return [] }
    let budget = accounts.count * collections.count * Self.scannedPerHead
    // The estimate is rough, and a scan that is given up is for nothing.
    if try expectedScan(limit) < budget / 2,
      let found = try scan(after: position, limit: limit, budget: budget)
    {
      return found
    }
    return try merge(after: position, limit: limit)
  }

  // MARK: Scanning

  /// How many records are looked at until a page is full.
  private func expectedScan(_ limit: Int) throws -> Int {
    let sample = stride(from: 0, to: accounts.count, by: max(accounts.count / 8, 1))
    var own = 0
    for index in sample {
      for collection in collections {
        own +=
          try session.first(
            "SELECT records FROM holding WHERE account = ? AND collection = ?",
            .integer(accounts[index]),
            .integer(collection.id)
          ) { $0.count(0) } ?? 0
      }
    }
    let all = collections.reduce(0) { $0 + max($1.records, 0) }
    guard own > 0 else { return .max }
    let estimated = Double(own) * Double(accounts.count) / Double(Array(sample).count)
    return Int(min(Double(limit) * Double(all) / max(estimated, 1), 1e9))
  }

  /// Nil if more than `budget` records would be looked at.
  private func scan(
    after position: RecordPosition?,
    limit: Int,
    budget: Int
  ) throws -> [Candidate]? {
    let wanted = Set(accounts)
    let heads = collections.map { collection in
      ScanStream(session, collection.id, from: TimeOrdered.bound(position, isDescending: true))
    }
    var scanned = 0
    var isOverBudget = false
    let collections = collections
    var found = TimeOrdered(
      isDescending: true,
      after: position,
      limit: limit,
      {
        while true {
          scanned += 1
          guard scanned <= budget else {
            isOverBudget = true
            return nil
          }
          var best: Int?
          for index in heads.indices {
            guard let id = try heads[index].peek()?.id else { continue }
            if try best.map({ try heads[$0].peek()?.id ?? .min < id }) ?? true { best = index }
          }
          guard let best, let row = try heads[best].next() else { return nil }
          guard wanted.contains(row.account) else { continue }
          if let candidate = try self.candidate(row.id, collections[best].nsid) {
            return candidate
          }
        }
      },
      where: { _ in true }
    )
    let page = try found.prefix()
    // Without the rest of a block, its first records may be others.
    return isOverBudget ? nil : page
  }

  private func candidate(_ id: Int64, _ nsid: NSID) throws -> Candidate? {
    try session.first(
      """
      SELECT \(Candidate.columnsWithoutEntries)
      FROM record AS r CROSS JOIN account AS a ON a.id = r.account
      WHERE r.id = ?
      """,
      .integer(id)
    ) { Candidate($0, collection: nsid.string) }
  }

  // MARK: Merging

  /// Where the records of one account in one collection are merged from.
  private struct Source {
    var account: Int64
    var collection: Int
  }

  private func merge(after position: RecordPosition?, limit: Int) throws -> [Candidate] {
    let bound = TimeOrdered.bound(position, isDescending: true) ?? .max
    var heads = HeadHeap<Source>(isDescending: true)
    for index in collections.indices {
      let collection = SQLiteValue.integer(collections[index].id)
      try session.forEachFirst(
        of: accounts,
        Self.newest,
        { [.integer($0), collection, .integer(bound)] },
        { account, row in
          let source = Source(account: account, collection: index)
          heads.insert((id: row.integer(0), source: source))
        }
      )
    }
    var found = TimeOrdered(
      isDescending: true,
      after: position,
      limit: limit,
      {
        while let first = heads.first {
          heads.replaceFirst(
            with: first.id == .min
              ? nil : try head(first.source, from: first.id - 1)
          )
          let nsid = collections[first.source.collection].nsid
          if let candidate = try candidate(first.id, nsid) {
            return candidate
          }
        }
        return nil
      },
      where: { _ in true }
    )
    return try found.prefix()
  }

  /// The newest record of an account in a collection, through an ID.
  private static let newest = """
    SELECT id FROM record INDEXED BY recordAccount
    WHERE account = ? AND collection = ? AND isValid = 1 AND isVisible = 1 AND id <= ?
    ORDER BY id DESC LIMIT 1
    """

  private func head(
    _ source: Source,
    from bound: Int64
  ) throws -> HeadHeap<Source>.Head? {
    try session.first(
      Self.newest,
      .integer(source.account),
      .integer(collections[source.collection].id),
      .integer(bound)
    ) { (id: $0.integer(0), source: source) }
  }
}

/// The IDs and accounts of a collection's valid records, newest first, from the index alone.
private final class ScanStream {
  private let session: SQLiteSession
  private let collection: Int64
  private var bound: Int64
  private var batch = 64
  private var rows: [(id: Int64, account: Int64)] = []
  private var index = 0
  private var isAtEnd = false

  init(_ session: SQLiteSession, _ collection: Int64, from bound: Int64?) {
    self.session = session
    self.collection = collection
    self.bound = bound ?? .max
  }

  func peek() throws -> (id: Int64, account: Int64)? {
    if index == rows.count, !isAtEnd { try load() }
    return index < rows.count ? rows[index] : nil
  }

  func next() throws -> (id: Int64, account: Int64)? {
    let row = try peek()
    if row != nil { index += 1 }
    return row
  }

  private func load() throws {
    rows = try session.all(
      """
      SELECT id, account FROM record INDEXED BY recordCollection
      WHERE collection = ? AND isValid = 1 AND isVisible = 1 AND id <= ?
      ORDER BY id DESC LIMIT ?
      """,
      .integer(collection),
      .integer(bound),
      .count(batch)
    ) { (id: $0.integer(0), account: $0.integer(1)) }
    index = 0
    isAtEnd = rows.count < batch
    batch = min(batch * 2, 2_048)
    guard let last = rows.last?.id, last > .min else {
      isAtEnd = true
      return
    }
    bound = last - 1
  }
}
