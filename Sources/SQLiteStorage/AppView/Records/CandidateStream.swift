import ATProtoSyntax
import LexiconIndex

/// The candidates of a source in the order of their IDs, read in batches that grow.
final class CandidateStream {
  private let session: SQLiteSession
  private let source: CandidateSource
  private let collection: String
  private let isDescending: Bool
  private var bound: Int64
  private var batch: Int
  private var rows: [Candidate] = []
  private var index = 0
  private var isAtEnd = false

  private static let maximumBatch = 512

  /// - Parameters:
  ///   - bound: the first ID that can be a candidate.
  ///   - batch: the size of the first batch.
  init(
    _ session: SQLiteSession,
    _ source: CandidateSource,
    collection: String,
    isDescending: Bool,
    from bound: Int64?,
    batch: Int
  ) {
    self.session = session
    self.source = source
    self.collection = collection
    self.isDescending = isDescending
    self.bound = bound ?? (isDescending ? .max : .min)
    self.batch = min(max(batch, 4), Self.maximumBatch)
  }

  /// The next candidate, which stays the next one.
  func peek() throws -> Candidate? {
    if index == rows.count { try load() }
    return index < rows.count ? rows[index] : nil
  }

  func next() throws -> Candidate? {
    let candidate = try peek()
    if candidate != nil { index += 1 }
    return candidate
  }

  private func load() throws {
    guard !isAtEnd else { return }
    let (comparison, suffix) = isDescending ? ("<=", " DESC") : (">=", "")
    rows = []
    index = 0
    let found = try CandidateBatch(
      session,
      source.select(source.columns)
        + " AND \(source.id) \(comparison) ? ORDER BY \(source.id)\(suffix) LIMIT ?",
      source.arguments + [.integer(bound), .count(batch)],
      collection: collection
    )
    rows = found.rows
    isAtEnd = rows.count < batch && !found.isCut
    batch = min(batch * 2, Self.maximumBatch)
    guard let last = rows.last?.id, last != (isDescending ? Int64.min : .max) else {
      isAtEnd = true
      return
    }
    bound = isDescending ? last - 1 : last + 1
  }
}

/// The candidates of several streams in the order of their IDs, each once.
struct MergedCandidates {
  let streams: [CandidateStream]
  let isDescending: Bool

  func next() throws -> Candidate? {
    guard streams.count != 1 else { return try streams[0].next() }
    var best: Candidate?
    for stream in streams {
      guard let head = try stream.peek() else { continue }
      guard let id = best?.id else {
        best = head
        continue
      }
      if isDescending ? head.id > id : head.id < id { best = head }
    }
    guard let best else { return nil }
    for stream in streams where try stream.peek()?.id == best.id { _ = try stream.next() }
    return best
  }
}

/// Brings candidates in the order of their IDs into the order by sort time and URI: those of a block
/// are read together.
struct TimeOrdered {
  private let source: () throws -> Candidate?
  private let order: RecordOrder
  private let position: RecordPosition?
  /// The most candidates that are needed.
  private let limit: Int
  private let isWanted: (Candidate) throws -> Bool
  private var lookahead: Candidate?
  private var hasStarted = false

  init(
    isDescending: Bool,
    after position: RecordPosition?,
    limit: Int,
    _ source: @escaping () throws -> Candidate?,
    where isWanted: @escaping (Candidate) throws -> Bool
  ) {
    order = RecordOrder(isDescending: isDescending)
    self.position = position
    self.limit = limit
    self.source = source
    self.isWanted = isWanted
  }

  /// The first ID of the block of a position; nil to start at the beginning.
  static func bound(_ position: RecordPosition?, isDescending: Bool) -> Int64? {
    guard case .instant(let time)? = position?.value else { return nil }
    let block = RecordID.block(at: time)
    return isDescending ? block.upperBound : block.lowerBound
  }

  /// The first `limit` candidates after the position.
  mutating func prefix() throws -> [Candidate] {
    var found: [Candidate] = []
    while found.count < limit, let block = try nextBlock(limit - found.count) { found += block }
    return Array(found.prefix(limit))
  }

  /// The wanted candidates of the next block with any, in order; nil at the end.
  private mutating func nextBlock(_ count: Int) throws -> [Candidate]? {
    if !hasStarted {
      lookahead = try source()
      hasStarted = true
    }
    while let first = lookahead {
      let number = RecordID.block(of: first.id)
      var block: [Candidate] = []
      while let candidate = lookahead, RecordID.block(of: candidate.id) == number {
        if isAfterPosition(candidate), try isWanted(candidate) { block.append(candidate.judged) }
        // A stranger can give very many records the same time.
        if block.count > 2 * count + 1_000 { block = Array(sorted(block).prefix(count)) }
        lookahead = try source()
      }
      if !block.isEmpty { return sorted(block) }
    }
    return nil
  }

  private func isAfterPosition(_ candidate: Candidate) -> Bool {
    guard let position else { return true }
    // Most candidates are decided by their times, without the text of their URI.
    if case .instant(let time)? = position.value, time != candidate.sortAt {
      return order.isDescending ? candidate.sortAt < time : candidate.sortAt > time
    }
    return order.precedes(position, candidate.position)
  }

  private func sorted(_ block: [Candidate]) -> [Candidate] {
    guard block.count > 1 else { return block }
    return block.map { (candidate: $0, position: $0.position) }
      .sorted { order.precedes($0.position, $1.position) }
      .map(\.candidate)
  }
}

/// The records of a collection in the order of their URIs: accounts by DID, their records by key.
struct URIStream {
  private let session: SQLiteSession
  private let collection: Int64
  private let nsid: String
  private let isDescending: Bool
  /// Whether hidden and invalid records are included.
  private let isComplete: Bool
  private var account: (id: Int64, key: String)?
  private var accounts: [(id: Int64, key: String)] = []
  private var recordKey: String?
  private var rows: [Candidate] = []

  private static let batch = 200
  /// The most records of a collection whose accounts are sorted, instead of being looked for among all
  /// accounts in their order.
  private static let fewRecords = 1_000
  private let isSmall: Bool

  init(
    _ tables: IndexTables,
    _ collection: Int64,
    isDescending: Bool,
    isComplete: Bool,
    after uri: String?
  ) throws {
    session = tables.session
    self.collection = collection
    // Which accounts have records is asked of the counts.
    try tables.flush()
    let row = try tables.nsid(ofCollection: collection).flatMap { try tables.collection($0) }
    nsid = row?.nsid.string ?? ""
    isSmall = row.map { $0.records <= Self.fewRecords } ?? true
    self.isDescending = isDescending
    self.isComplete = isComplete
    guard let uri else { return }
    let parts = uri.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 5 else { return }
    // The account of the URI comes first again, with the records after the key.
    let key = String(parts[2]) + "/"
    accounts = try session.all(
      "SELECT id, did || '/' FROM account WHERE did || '/' = ?",
      .text(key)
    ) { (id: $0.integer(0), key: $0.text(1)) }
    if accounts.isEmpty { account = (id: 0, key: key) }
    recordKey = String(parts[4])
  }

  mutating func next() throws -> Candidate? {
    while rows.isEmpty {
      if accounts.isEmpty, try !loadAccounts() { return nil }
      guard let current = accounts.last else { return nil }
      try loadRecords(current.id)
      guard rows.isEmpty else { break }
      account = current
      recordKey = nil
      accounts.removeLast()
    }
    let candidate = rows.removeLast()
    recordKey = candidate.recordKey
    return candidate
  }

  private mutating func loadAccounts() throws -> Bool {
    let (comparison, suffix) = isDescending ? ("<", " DESC") : (">", "")
    let start = account?.key ?? (isDescending ? "did;" : "")
    let sql =
      isSmall
      ? """
      SELECT a.id, a.did || '/' FROM holding AS h INDEXED BY holdingCollection
        CROSS JOIN account AS a ON a.id = h.account
      WHERE h.collection = ?1 AND h.records > 0 AND a.did || '/' \(comparison) ?2
      ORDER BY a.did || '/'\(suffix) LIMIT ?3
      """
      : """
      SELECT a.id, a.did || '/' FROM account AS a INDEXED BY accountOrder
      WHERE a.did || '/' \(comparison) ?2 AND EXISTS (
        SELECT 1 FROM holding AS h WHERE h.account = a.id AND h.collection = ?1 AND h.records > 0
      )
      ORDER BY a.did || '/'\(suffix) LIMIT ?3
      """
    accounts = try session.all(
      sql,
      .integer(collection),
      .text(start),
      .count(Self.batch)
    ) { (id: $0.integer(0), key: $0.text(1)) }.reversed()
    recordKey = nil
    return !accounts.isEmpty
  }

  private mutating func loadRecords(_ account: Int64) throws {
    let (comparison, suffix) = isDescending ? ("<", " DESC") : (">", "")
    let visible = isComplete ? "" : "AND r.isValid = 1 AND r.isVisible = 1 AND a.isVisible = 1"
    // Record keys are not empty, and have no character after "~".
    let found = try CandidateBatch(
      session,
      """
      SELECT \(Candidate.columns) FROM record AS r INDEXED BY recordKey
        CROSS JOIN account AS a ON a.id = r.account
      WHERE r.account = ? AND r.collection = ? AND r.rkey \(comparison) ? \(visible)
      ORDER BY r.rkey\(suffix) LIMIT ?
      """,
      [
        .integer(account), .integer(collection),
        .text(recordKey ?? (isDescending ? "\u{7F}" : "")), .count(Self.batch),
      ],
      collection: nsid
    )
    rows = found.rows.reversed()
  }
}
