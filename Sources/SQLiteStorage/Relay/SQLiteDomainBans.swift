import ATProtoRepo
import GRDB
import Relay

struct SQLiteDomainBans: DomainBanStore {
  let db: Database

  func insert(_ domain: String, createdAt: SyncTime) throws {
    try db.execute(
      sql: "INSERT OR IGNORE INTO domainBan (domain, createdAt) VALUES (?, ?)",
      arguments: [domain, createdAt.column]
    )
  }

  func remove(_ domain: String) throws -> Bool {
    try db.execute(sql: "DELETE FROM domainBan WHERE domain = ?", arguments: [domain])
    return db.changesCount > 0
  }

  func contains(anyOf domains: [String]) throws -> Bool {
    try domains.contains { domain in
      try Int.fetchOne(
        db.cachedStatement(sql: "SELECT 1 FROM domainBan WHERE domain = ?"),
        arguments: [domain]
      ) != nil
    }
  }

  func all() throws -> [String] {
    try String.fetchAll(db, sql: "SELECT domain FROM domainBan ORDER BY domain")
  }
}

struct SQLiteCheckpoint: CheckpointStore {
  let db: Database

  func appliedSequence() throws -> Int {
    try Int.fetchOne(db, sql: "SELECT appliedSequence FROM checkpoint") ?? 0
  }

  func setAppliedSequence(_ sequence: Int) throws {
    try db.cachedStatement(
      sql: "INSERT OR REPLACE INTO checkpoint (id, appliedSequence) VALUES (1, ?)"
    ).execute(arguments: [sequence])
  }
}
