import ATProtoSyntax
import GRDB
import Labeler

struct SQLiteReviewSessions: ReviewSessionStore {
  let db: Database

  func insert(_ session: ReviewSession, hash: [UInt8]) throws {
    try db.execute(
      sql: """
        INSERT OR REPLACE INTO reviewSession (hash, did, createdAt, expiresAt) VALUES (?, ?, ?, ?)
        """,
      arguments: [hash.data, session.did.string, session.createdAt, session.expiresAt]
    )
  }

  func session(_ hash: [UInt8]) throws -> ReviewSession? {
    let row = try Row.fetchOne(
      db.cachedStatement(
        sql: "SELECT did, createdAt, expiresAt FROM reviewSession WHERE hash = ?"
      ),
      arguments: [hash.data]
    )
    return try row.map { row in
      ReviewSession(
        did: try DID(row["did"]),
        createdAt: row["createdAt"],
        expiresAt: row["expiresAt"]
      )
    }
  }

  func remove(_ hash: [UInt8]) throws {
    try db.execute(sql: "DELETE FROM reviewSession WHERE hash = ?", arguments: [hash.data])
  }

  func removeExpired(at now: Int) throws {
    try db.execute(sql: "DELETE FROM reviewSession WHERE expiresAt <= ?", arguments: [now])
  }
}
