import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import GRDB

/// The blocks of one repository, within a transaction.
struct DatabaseBlockStore: BlockStore {
  let db: Database
  let did: DID
  /// The revision that blocks are brought by.
  var rev: TID?

  func block(_ cid: CID) throws -> [UInt8]? {
    try [UInt8].fetchOne(
      db,
      sql: "SELECT bytes FROM block WHERE did = ? AND cid = ?",
      arguments: [did.string, cid.bytes.data]
    )
  }

  func apply(_ changes: BlockChanges) throws {
    guard let rev else { throw PDSError(.storage, "blocks without a revision") }
    for cid in changes.removed { try remove(cid) }
    let statement = try db.cachedStatement(
      sql: "INSERT OR IGNORE INTO block (did, cid, rev, bytes) VALUES (?, ?, ?, ?)"
    )
    for (cid, bytes) in changes.created {
      try statement.execute(arguments: [did.string, cid.bytes.data, rev.string, bytes.data])
    }
  }

  func remove(_ cid: CID) throws {
    try db.execute(
      sql: "DELETE FROM block WHERE did = ? AND cid = ?",
      arguments: [did.string, cid.bytes.data]
    )
  }

  /// The blocks that came after the revision `since`.
  func forEachBlock(since: TID, _ body: (CID, [UInt8]) throws -> Void) throws {
    let rows = try Row.fetchCursor(
      db,
      sql: "SELECT cid, bytes FROM block WHERE did = ? AND rev > ? ORDER BY rev, rowid",
      arguments: [did.string, since.string]
    )
    while let row = try rows.next() {
      try body(CID(bytes: row.bytes("cid")), row.bytes("bytes"))
    }
  }
}
