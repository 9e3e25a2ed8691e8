import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import Foundation
import GRDB
import PDS

struct SQLiteRecords: RecordStore {
  let db: Database
  let did: DID

  func entry(_ path: RepoPath) throws -> RecordEntry? {
    try entries(
      "AND record.collection = ? AND record.rkey = ?",
      [did.string, path.collection.string, path.recordKey.string]
    ).first
  }

  func cid(_ path: RepoPath) throws -> CID? {
    let bytes = try Data.fetchOne(
      db.cachedStatement(
        sql: "SELECT cid FROM record WHERE did = ? AND collection = ? AND rkey = ?"
      ),
      arguments: [did.string, path.collection.string, path.recordKey.string]
    )
    return try bytes.map { try CID(bytes: [UInt8]($0)) }
  }

  func page(
    of collection: NSID,
    after cursor: String?,
    limit: Int,
    maximumBytes: Int,
    isAscending: Bool
  ) throws -> RecordPage {
    var arguments: StatementArguments = [did.string, collection.string]
    var condition = "AND record.collection = ?"
    if let cursor {
      condition += " AND record.rkey \(isAscending ? ">" : "<") ?"
      arguments += [cursor]
    }
    arguments += [limit]
    var page = RecordPage()
    page.entries = try entries(
      "\(condition) ORDER BY record.rkey \(isAscending ? "ASC" : "DESC") LIMIT ?",
      arguments,
      maximumBytes: maximumBytes
    )
    let size = page.entries.reduce(0) { $0 + $1.block.count }
    if page.entries.count == limit || size >= maximumBytes {
      page.next = page.entries.last?.recordKey.string
    }
    return page
  }

  private func entries(
    _ rest: String,
    _ arguments: StatementArguments,
    maximumBytes: Int = .max
  ) throws -> [RecordEntry] {
    let statement = try db.cachedStatement(
      sql: """
        SELECT record.rkey, record.cid, block.bytes FROM record
        JOIN block ON block.did = record.did AND block.cid = record.cid
        WHERE record.did = ? \(rest)
        """
    )
    let rows = try Row.fetchCursor(statement, arguments: arguments)
    var entries: [RecordEntry] = []
    var size = 0
    while size < maximumBytes, let row = try rows.next() {
      let entry = RecordEntry(
        recordKey: try RecordKey(row["rkey"]),
        cid: try CID(bytes: row.bytes("cid")),
        block: row.bytes("bytes")
      )
      size += entry.block.count
      entries.append(entry)
    }
    return entries
  }

  func collections() throws -> [String] {
    try String.fetchAll(db, sql: Self.collections, arguments: [did.string])
  }

  /// One step in the index for each collection, not for each record.
  static let collections = """
    WITH RECURSIVE found (name) AS (
      SELECT min(collection) FROM record WHERE did = ?1
      UNION ALL
      SELECT (SELECT min(collection) FROM record WHERE did = ?1 AND collection > name)
      FROM found WHERE name IS NOT NULL
    )
    SELECT name FROM found WHERE name IS NOT NULL
    """

  func set(_ path: RepoPath, _ cid: CID?) throws {
    let collection = path.collection.string
    let recordKey = path.recordKey.string
    if let cid {
      try db.cachedStatement(
        sql: "INSERT OR REPLACE INTO record (did, collection, rkey, cid) VALUES (?, ?, ?, ?)"
      ).execute(arguments: [did.string, collection, recordKey, cid.bytes.data])
    } else {
      try db.cachedStatement(
        sql: "DELETE FROM record WHERE did = ? AND collection = ? AND rkey = ?"
      ).execute(arguments: [did.string, collection, recordKey])
    }
  }

  func contains(_ cid: CID) throws -> Bool {
    try Bool.fetchOne(
      db.cachedStatement(
        sql: "SELECT EXISTS (SELECT 1 FROM record WHERE did = ? AND cid = ?)"
      ),
      arguments: [did.string, cid.bytes.data]
    ) ?? false
  }

  func removeAll() throws {
    try db.execute(sql: "DELETE FROM record WHERE did = ?", arguments: [did.string])
  }

  func count() throws -> Int {
    try Int.fetchOne(
      db,
      sql: "SELECT count(*) FROM record WHERE did = ?",
      arguments: [did.string]
    ) ?? 0
  }
}
