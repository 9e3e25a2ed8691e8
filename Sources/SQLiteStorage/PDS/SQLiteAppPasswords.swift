import ATProtoSyntax
import GRDB
import PDS

struct SQLiteAppPasswords: AppPasswordStore {
  let db: Database

  func insert(_ password: AppPassword, of did: DID) throws {
    try db.execute(
      sql: """
        INSERT INTO appPassword (did, name, hash, isPrivileged, createdAt) VALUES (?, ?, ?, ?, ?)
        """,
      arguments: [
        did.string, password.name, password.hash.data, password.isPrivileged, password.createdAt,
      ]
    )
  }

  func all(of did: DID) throws -> [AppPassword] {
    try Row.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT name, hash, isPrivileged, createdAt FROM appPassword
          WHERE did = ? ORDER BY createdAt DESC, name
          """
      ),
      arguments: [did.string]
    ).map { row in
      AppPassword(
        name: row["name"],
        hash: row.bytes("hash"),
        isPrivileged: row["isPrivileged"],
        createdAt: row["createdAt"]
      )
    }
  }

  func remove(_ name: String, of did: DID) throws {
    try db.execute(
      sql: "DELETE FROM appPassword WHERE did = ? AND name = ?",
      arguments: [did.string, name]
    )
  }
}
