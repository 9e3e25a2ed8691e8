import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import GRDB

/// The index of a repository's records, within a transaction.
struct RecordTable {
  let db: Database
  let did: DID

  struct Entry: Sendable {
    var recordKey: RecordKey
    var cid: CID
    /// In DAG-CBOR.
    var block: [UInt8]
  }

  func entry(_ path: RepoPath) throws -> Entry? {
    try entries(
      "AND record.collection = ? AND record.rkey = ?",
      [did.string, path.collection.string, path.recordKey.string]
    ).first
  }

  /// A page of a collection, the latest record key first.
  ///
  /// - Parameters:
  ///   - cursor: the record key before the page; excluded.
  ///   - isAscending: the earliest record key first.
  func page(
    of collection: NSID,
    after cursor: String?,
    limit: Int,
    isAscending: Bool
  ) throws -> [Entry] {
    var arguments: StatementArguments = [did.string, collection.string]
    var condition = "AND record.collection = ?"
    if let cursor {
      condition += " AND record.rkey \(isAscending ? ">" : "<") ?"
      arguments += [cursor]
    }
    arguments += [limit]
    return try entries(
      "\(condition) ORDER BY record.rkey \(isAscending ? "ASC" : "DESC") LIMIT ?",
      arguments
    )
  }

  private func entries(_ rest: String, _ arguments: StatementArguments) throws -> [Entry] {
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT record.rkey, record.cid, block.bytes FROM record
        JOIN block ON block.did = record.did AND block.cid = record.cid
        WHERE record.did = ? \(rest)
        """,
      arguments: arguments
    )
    return try rows.map { row in
      Entry(
        recordKey: try RecordKey(row["rkey"]),
        cid: try CID(bytes: row.bytes("cid")),
        block: row.bytes("bytes")
      )
    }
  }

  func collections() throws -> [String] {
    try String.fetchAll(
      db,
      sql: "SELECT DISTINCT collection FROM record WHERE did = ? ORDER BY collection",
      arguments: [did.string]
    )
  }

  func apply(_ operation: RecordOperation) throws {
    let collection = operation.path.collection.string
    let recordKey = operation.path.recordKey.string
    if let cid = operation.cid {
      try db.execute(
        sql: "INSERT OR REPLACE INTO record (did, collection, rkey, cid) VALUES (?, ?, ?, ?)",
        arguments: [did.string, collection, recordKey, cid.bytes.data]
      )
    } else {
      try db.execute(
        sql: "DELETE FROM record WHERE did = ? AND collection = ? AND rkey = ?",
        arguments: [did.string, collection, recordKey]
      )
    }
  }

  func contains(_ cid: CID) throws -> Bool {
    try Bool.fetchOne(
      db,
      sql: "SELECT EXISTS (SELECT 1 FROM record WHERE did = ? AND cid = ?)",
      arguments: [did.string, cid.bytes.data]
    ) ?? false
  }
}
