import GRDB
import PDS

struct SQLiteSecrets: SecretStore {
  let db: Database

  func secret(_ name: String) throws -> [UInt8]? {
    try [UInt8].fetchOne(db, sql: "SELECT value FROM secret WHERE name = ?", arguments: [name])
  }

  func setSecret(_ name: String, _ value: [UInt8]) throws {
    try db.execute(
      sql: "INSERT OR REPLACE INTO secret (name, value) VALUES (?, ?)",
      arguments: [name, value.data]
    )
  }
}
