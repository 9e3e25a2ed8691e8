import ATProtoData
import ATProtoSyntax
import GRDB

/// The newest commit of each repository, within a transaction.
struct RepositoryTable {
  let db: Database

  struct Entry: Sendable {
    var did: DID
    var head: CID
    var rev: TID
  }

  func entry(_ did: DID) throws -> Entry? {
    let row = try Row.fetchOne(
      db,
      sql: "SELECT did, head, rev FROM repository WHERE did = ?",
      arguments: [did.string]
    )
    return try row.map(Entry.init)
  }

  /// A page of all repositories by DID.
  ///
  /// - Parameter cursor: the DID before the page; excluded.
  func page(after cursor: String?, limit: Int) throws -> [Entry] {
    try Row.fetchAll(
      db,
      sql: "SELECT did, head, rev FROM repository WHERE did > ? ORDER BY did LIMIT ?",
      arguments: [cursor ?? "", limit]
    ).map(Entry.init)
  }

  func set(_ did: DID, head: CID, rev: TID) throws {
    try db.execute(
      sql: "INSERT OR REPLACE INTO repository (did, head, rev) VALUES (?, ?, ?)",
      arguments: [did.string, head.bytes.data, rev.string]
    )
  }
}

extension RepositoryTable.Entry {
  init(_ row: Row) throws {
    did = try DID(row["did"])
    head = try CID(bytes: row.bytes("head"))
    rev = try TID(row["rev"] as String)
  }
}
