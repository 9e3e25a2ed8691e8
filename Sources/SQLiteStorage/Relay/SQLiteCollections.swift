import ATProtoSyntax
import GRDB
import Relay

struct SQLiteCollections: CollectionStore {
  let db: Database

  func add(_ account: AccountID, _ collections: [NSID]) throws {
    for collection in collections {
      try db.cachedStatement(
        sql: "INSERT OR IGNORE INTO collectionAccount (collection, account) VALUES (?, ?)"
      ).execute(arguments: [try insertedID(of: collection), account.rawValue])
    }
  }

  func remove(_ account: AccountID, _ collections: [NSID]) throws {
    for collection in collections {
      try db.cachedStatement(
        sql: """
          DELETE FROM collectionAccount
          WHERE collection = (SELECT id FROM collection WHERE nsid = ?) AND account = ?
          """
      ).execute(arguments: [collection.string, account.rawValue])
    }
  }

  func replace(_ account: AccountID, with collections: Set<NSID>) throws {
    let old = try self.collections(of: account)
    try remove(account, Array(old.subtracting(collections)))
    try add(account, Array(collections.subtracting(old)))
  }

  private func insertedID(of collection: NSID) throws -> Int64 {
    let known = try Int64.fetchOne(
      db.cachedStatement(sql: "SELECT id FROM collection WHERE nsid = ?"),
      arguments: [collection.string]
    )
    if let known { return known }
    try db.cachedStatement(sql: "INSERT INTO collection (nsid) VALUES (?)").execute(
      arguments: [collection.string]
    )
    return db.lastInsertedRowID
  }

  func page(_ collection: NSID, after id: AccountID?, limit: Int) throws -> [AccountID] {
    try UInt32.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT account FROM collectionAccount
          WHERE collection = (SELECT id FROM collection WHERE nsid = ?) AND account > ?
          ORDER BY account LIMIT ?
          """
      ),
      arguments: [collection.string, id?.rawValue ?? 0, limit]
    ).map { AccountID(rawValue: $0) }
  }

  func collections(of account: AccountID) throws -> Set<NSID> {
    let names = try String.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT c.nsid FROM collectionAccount AS a JOIN collection AS c ON c.id = a.collection
          WHERE a.account = ?
          """
      ),
      arguments: [account.rawValue]
    )
    return Set(try names.map { try NSID($0) })
  }

  func counts(after collection: NSID?, limit: Int) throws -> [(collection: NSID, count: Int)] {
    try Row.fetchAll(
      db,
      sql: """
        SELECT c.nsid, count(*) AS count
        FROM collection AS c JOIN collectionAccount AS a ON a.collection = c.id
        WHERE c.nsid > ? GROUP BY c.nsid ORDER BY c.nsid LIMIT ?
        """,
      arguments: [collection?.string ?? "", limit]
    ).map { (try NSID($0["nsid"]), $0["count"]) }
  }
}
