import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import Foundation
import GRDB
import PDS

struct SQLiteBlocks: RepositoryBlockStore {
  let db: Database
  let did: DID

  func block(_ cid: CID) throws -> [UInt8]? {
    try Data.fetchOne(
      db.cachedStatement(sql: "SELECT bytes FROM block WHERE did = ? AND cid = ?"),
      arguments: [did.string, cid.bytes.data]
    ).map([UInt8].init)
  }

  func contains(_ cid: CID) throws -> Bool {
    try Bool.fetchOne(
      db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM block WHERE did = ? AND cid = ?)"),
      arguments: [did.string, cid.bytes.data]
    ) ?? false
  }

  func insert(_ cid: CID, _ block: [UInt8], rev: TID) throws {
    try db.cachedStatement(
      sql: "INSERT OR IGNORE INTO block (did, cid, rev, bytes) VALUES (?, ?, ?, ?)"
    ).execute(arguments: [did.string, cid.bytes.data, rev.string, block.data])
  }

  func remove(_ cids: [CID]) throws {
    let statement = try db.cachedStatement(sql: "DELETE FROM block WHERE did = ? AND cid = ?")
    for cid in cids { try statement.execute(arguments: [did.string, cid.bytes.data]) }
  }

  func removeAll() throws {
    try db.execute(sql: "DELETE FROM block WHERE did = ?", arguments: [did.string])
  }

  func forEach(since: TID?, _ body: (_ cid: RawSpan, _ block: RawSpan) throws -> Void) throws {
    let rows = try Row.fetchCursor(
      db.cachedStatement(
        sql: "SELECT cid, bytes FROM block WHERE did = ? AND rev > ? ORDER BY rev DESC"
      ),
      arguments: [did.string, since?.string ?? ""]
    )
    while let row = try rows.next() {
      try row.withUnsafeData(atIndex: 0) { cid in
        try row.withUnsafeData(atIndex: 1) { block in
          guard let cid, let block else { return }
          try body(cid.bytes, block.bytes)
        }
      }
    }
  }

  func count() throws -> Int {
    try Int.fetchOne(
      db,
      sql: "SELECT count(*) FROM block WHERE did = ?",
      arguments: [did.string]
    ) ?? 0
  }
}
