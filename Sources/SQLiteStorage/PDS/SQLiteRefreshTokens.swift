import ATProtoSyntax
import GRDB
import PDS
import ServiceKit

struct SQLiteRefreshTokens: RefreshTokenStore {
  let db: Database

  func insert(_ token: RefreshToken) throws {
    try db.execute(
      sql: """
        INSERT INTO refreshToken (id, did, session, scope, appPassword, expiresAt)
        VALUES (?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        token.id, token.did.string, token.session, token.grant.scope.rawValue,
        token.grant.appPassword, token.expiresAt,
      ]
    )
  }

  func token(_ id: String) throws -> RefreshToken? {
    let row = try Row.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT id, did, session, scope, appPassword, expiresAt, nextID
          FROM refreshToken WHERE id = ?
          """
      ),
      arguments: [id]
    )
    return try row.map(RefreshToken.init)
  }

  func replace(_ id: String, by next: String, expiresAt: Int) throws {
    try db.execute(
      sql: "UPDATE refreshToken SET nextID = ?, expiresAt = ? WHERE id = ?",
      arguments: [next, expiresAt, id]
    )
  }

  func deleteExpired(of did: DID, at seconds: Int) throws {
    try db.execute(
      sql: "DELETE FROM refreshToken WHERE did = ? AND expiresAt <= ?",
      arguments: [did.string, seconds]
    )
  }

  func isLive(session: String, of did: DID, at seconds: Int) throws -> Bool {
    try Bool.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT EXISTS (
            SELECT 1 FROM refreshToken WHERE session = ? AND did = ? AND expiresAt > ?
          )
          """
      ),
      arguments: [session, did.string, seconds]
    ) ?? false
  }

  func end(session: String, of did: DID) throws {
    try db.execute(
      sql: "DELETE FROM refreshToken WHERE session = ? AND did = ?",
      arguments: [session, did.string]
    )
  }

  func endSessions(of did: DID) throws {
    try db.execute(sql: "DELETE FROM refreshToken WHERE did = ?", arguments: [did.string])
  }

  func endSessions(of did: DID, appPassword name: String) throws {
    try db.execute(
      sql: "DELETE FROM refreshToken WHERE did = ? AND appPassword = ?",
      arguments: [did.string, name]
    )
  }
}

extension RefreshToken {
  init(_ row: Row) throws {
    let did = try DID(row["did"])
    guard let scope = SessionScope(rawValue: row["scope"]) else {
      throw ServiceError(.corruption, "cannot read the scope of a session of \(did)")
    }
    self.init(
      id: row["id"],
      did: did,
      session: row["session"],
      grant: SessionGrant(scope: scope, appPassword: row["appPassword"]),
      expiresAt: row["expiresAt"],
      nextID: row["nextID"]
    )
  }
}
