import ATProtoSyntax
import GRDB

struct SQLiteRefreshTokens: RefreshTokenStore {
  let db: Database

  func insert(_ id: String, _ did: DID, expiresAt: Int) throws {
    try db.execute(
      sql: "INSERT INTO refreshToken (id, did, expiresAt) VALUES (?, ?, ?)",
      arguments: [id, did.string, expiresAt]
    )
  }

  func entry(_ id: String) throws -> RefreshTokenEntry? {
    let row = try Row.fetchOne(
      db,
      sql: "SELECT did, expiresAt, nextID FROM refreshToken WHERE id = ?",
      arguments: [id]
    )
    return try row.map { row in
      RefreshTokenEntry(
        did: try DID(row["did"]),
        expiresAt: row["expiresAt"],
        nextID: row["nextID"]
      )
    }
  }

  func replace(_ id: String, by next: String, expiresAt: Int) throws {
    try db.execute(
      sql: "UPDATE refreshToken SET nextID = ?, expiresAt = ? WHERE id = ?",
      arguments: [next, expiresAt, id]
    )
  }

  func delete(_ id: String) throws {
    var id: String? = id
    while let current = id {
      id = try entry(current)?.nextID
      try db.execute(sql: "DELETE FROM refreshToken WHERE id = ?", arguments: [current])
    }
  }

  func deleteExpired(of did: DID, at seconds: Int) throws {
    try db.execute(
      sql: "DELETE FROM refreshToken WHERE did = ? AND expiresAt <= ?",
      arguments: [did.string, seconds]
    )
  }
}
