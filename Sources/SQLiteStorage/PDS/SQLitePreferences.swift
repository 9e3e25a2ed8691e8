import ATProtoSyntax
import GRDB
import PDS

struct SQLitePreferences: PreferenceStore {
  let db: Database

  func preferences(of did: DID) throws -> [StoredPreference] {
    try Row.fetchAll(
      db.cachedStatement(sql: "SELECT type, block FROM preference WHERE did = ? ORDER BY position"),
      arguments: [did.string]
    ).map { StoredPreference(type: $0["type"], block: $0.bytes("block")) }
  }

  func setPreferences(_ preferences: [StoredPreference], of did: DID) throws {
    try db.execute(sql: "DELETE FROM preference WHERE did = ?", arguments: [did.string])
    let insert = try db.cachedStatement(
      sql: "INSERT INTO preference (did, position, type, block) VALUES (?, ?, ?, ?)"
    )
    for (position, preference) in preferences.enumerated() {
      try insert.execute(
        arguments: [did.string, position, preference.type, preference.block.data]
      )
    }
  }
}
