import ATProtoData
import ATProtoSyntax
import AppView
import LexiconIndex

/// A row of `record` that may belong to an answer, without its bytes.
struct Candidate {
  var id: Int64
  var account: Int64
  var sortAt: Int64
  var indexedAt: Int64
  var generation: Int64
  var did: String
  var recordKey: String
  var collection: String
  var cid: [UInt8]
  var entries: [UInt8]

  /// The columns of a row of `record AS r` and `account AS a`.
  static let columns =
    "r.id, r.account, r.sortAt, r.indexedAt, r.generation, a.did, r.rkey, r.cid, r.entries"

  /// The same, without the entries, which may be on many pages of their own.
  static let columnsWithoutEntries =
    "r.id, r.account, r.sortAt, r.indexedAt, r.generation, a.did, r.rkey, r.cid, x''"

  init(_ row: SQLiteStatement, collection: String) {
    id = row.integer(0)
    account = row.integer(1)
    sortAt = row.integer(2)
    indexedAt = row.integer(3)
    generation = row.integer(4)
    did = row.text(5)
    recordKey = row.text(6)
    cid = row.bytes(7)
    entries = row.bytes(8)
    self.collection = collection
  }

  /// The candidate after it was judged: its entries may have megabytes.
  var judged: Candidate {
    var candidate = self
    candidate.entries = []
    return candidate
  }

  var uri: String { "at://\(did)/\(collection)/\(recordKey)" }

  /// The position in the order by sort time.
  var position: RecordPosition { RecordPosition(value: .instant(sortAt), uri: uri) }

  func address(_ collection: NSID) throws -> RecordAddress {
    RecordAddress(
      did: try DID(did),
      collection: collection,
      recordKey: try RecordKey(recordKey)
    )
  }

  func link(_ collection: NSID) throws -> LinkedRecord {
    LinkedRecord(address: try address(collection), sortAt: sortAt, indexedAt: indexedAt)
  }

  /// - Parameter needsCID: the text of a CID takes longer than everything else.
  func builtIns(needsCID: Bool) throws -> BuiltInValues {
    BuiltInValues(
      uri: uri,
      did: did,
      recordKey: recordKey,
      cid: needsCID ? try CID(bytes: cid).string : "",
      indexedAt: indexedAt,
      sortAt: sortAt
    )
  }
}

/// Collects the rows of one batch. Records may have entries of megabytes, so a batch may end before its
/// number of rows.
struct CandidateBatch {
  /// The bytes of entries at which a batch ends.
  private static let maximumBytes = 256 << 10

  private(set) var rows: [Candidate] = []
  /// Whether the batch ended because of its size, so that more rows may follow.
  private(set) var isCut = false
  private var bytes = 0

  private struct Cut: Error {}

  /// Executes a statement whose columns are ``Candidate/columns``.
  init(
    _ session: SQLiteSession,
    _ sql: String,
    _ arguments: [SQLiteValue],
    collection: String
  ) throws {
    do {
      try session.forEach(sql, arguments) { row in
        let candidate = Candidate(row, collection: collection)
        bytes += candidate.entries.count
        rows.append(candidate)
        if bytes >= Self.maximumBytes { throw Cut() }
      }
    } catch is Cut {
      isCut = true
    }
  }
}

/// Rows of an index that have the IDs of records.
struct CandidateSource {
  /// The tables of the statement, of which one is `record AS r`.
  var tables: String
  /// The column with the IDs, by which the index is ordered unless the source is a range.
  var id: String
  /// The conditions that select the rows.
  var conditions: String
  var arguments: [SQLiteValue]
  /// The columns of candidates.
  var columns = Candidate.columns

  /// The rows of `table AS s`, whose column `id` has IDs.
  init(table: String, id: String, _ conditions: String, _ arguments: [SQLiteValue]) {
    tables = "\(table) CROSS JOIN record AS r ON r.id = s.\(id)"
    self.id = "s.\(id)"
    self.conditions = conditions
    self.arguments = arguments
  }

  private init(index: String, _ conditions: String, _ arguments: [SQLiteValue]) {
    tables = "record AS r INDEXED BY \(index)"
    id = "r.id"
    self.conditions = conditions
    self.arguments = arguments
  }

  /// The valid records of a collection that are not taken down.
  static func collection(_ id: Int64) -> CandidateSource {
    CandidateSource(
      index: "recordCollection",
      "r.collection = ? AND r.isValid = 1 AND r.isVisible = 1",
      [.integer(id)]
    )
  }

  static func account(_ account: Int64, _ collection: Int64) -> CandidateSource {
    CandidateSource(
      index: "recordAccount",
      "r.account = ? AND r.collection = ? AND r.isValid = 1 AND r.isVisible = 1",
      [.integer(account), .integer(collection)]
    )
  }

  static func equal(_ field: Int64, _ value: SQLiteValue) -> CandidateSource {
    CandidateSource(
      table: "value AS s",
      id: "record",
      "s.field = ? AND s.value = ?",
      [.integer(field), value]
    )
  }

  static func links(_ group: Int64) -> CandidateSource {
    CandidateSource(
      table: "link AS s INDEXED BY linkOrder",
      id: "record",
      "s.grouping = ?",
      [.integer(group)]
    ).withoutEntries
  }

  static func validLinks(_ group: Int64) -> CandidateSource {
    CandidateSource(
      table: "link AS s INDEXED BY linkOrder",
      id: "record",
      "s.grouping = ? AND r.isValid = 1",
      [.integer(group)]
    )
  }

  static func links(_ group: Int64, of account: Int64) -> CandidateSource {
    CandidateSource(
      table: "link AS s INDEXED BY sqlite_autoindex_link_1",
      id: "record",
      "s.grouping = ? AND s.account = ?",
      [.integer(group), .integer(account)]
    ).withoutEntries
  }

  /// For candidates that are not judged by their entries.
  var withoutEntries: CandidateSource {
    var source = self
    source.columns = Candidate.columnsWithoutEntries
    return source
  }

  /// Leaves out records without a value.
  mutating func require(_ field: Int64, _ value: SQLiteValue) {
    conditions += """
       AND EXISTS (
        SELECT 1 FROM value AS e WHERE e.field = ? AND e.value = ? AND e.record = \(id)
      )
      """
    arguments += [.integer(field), value]
  }

  /// Leaves out records without a link, or a value that is no link after all.
  mutating func require(link group: Int64?, _ field: Int64, _ value: SQLiteValue) {
    conditions += """
       AND (
        EXISTS (SELECT 1 FROM link AS e WHERE e.grouping = ? AND e.record = \(id))
        OR EXISTS (
          SELECT 1 FROM value AS e WHERE e.field = ? AND e.value = ? AND e.record = \(id)
        )
      )
      """
    // No group has the ID 0.
    arguments += [.integer(group ?? 0), .integer(field), value]
  }

  /// Selects visible records.
  func select(_ columns: String) -> String {
    """
    SELECT \(columns) FROM \(tables) CROSS JOIN account AS a ON a.id = r.account
    WHERE \(conditions) AND r.isVisible = 1 AND a.isVisible = 1
    """
  }

  /// The number of rows of the index, visible or not, but at most `maximum`.
  func count(_ session: SQLiteSession, maximum: Int) throws -> Int {
    // Of links, the records must be read.
    let table =
      conditions.contains("r.") ? tables : tables.components(before: " CROSS JOIN record")
    var count = 0
    try session.forEach(
      "SELECT count(*) FROM (SELECT 1 FROM \(table) WHERE \(conditions) LIMIT ?)",
      arguments + [.count(maximum)]
    ) { count = $0.count(0) }
    return count
  }
}

extension String {
  fileprivate func components(before separator: String) -> String {
    ranges(of: separator).first.map { String(self[..<$0.lowerBound]) } ?? self
  }
}
