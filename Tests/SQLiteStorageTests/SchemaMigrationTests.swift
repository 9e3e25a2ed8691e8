import ATProtoSyntax
import GRDB
import PDS
import Testing

@testable import SQLiteStorage

@Suite struct SchemaMigrationTests {
  private static let did = "did:plc:44ybard66vv44zksje25o7dz"

  @Test("a token from before version 3 belongs to the session of its last successor")
  func tokensGetTheSessionOfTheirLastSuccessor() throws {
    let database = try DatabaseQueue()
    let migrator = SchemaMigrations.migrator
    try migrator.migrate(database, upTo: "2 status, blobs and sequence")
    try database.write { db in
      try db.execute(
        sql: """
          INSERT INTO account
            (did, handle, email, passwordHash, signingKey, rotationKey, plcOperation, createdAt)
          VALUES (?, 'alice.test', 'alice@mail.test', '', '', '', x'', 0)
          """,
        arguments: [Self.did]
      )
      let tokens = [
        ("first", "second"), ("second", "third"), ("third", nil), ("other", nil),
        // Its successor expired.
        ("last", "gone"),
      ]
      for (id, next) in tokens {
        try db.execute(
          sql: "INSERT INTO refreshToken (id, did, expiresAt, nextID) VALUES (?, ?, 100, ?)",
          arguments: [id, Self.did, next]
        )
      }
    }
    try migrator.migrate(database)

    let did = try DID(Self.did)
    try database.write { db in
      let store = SQLiteRefreshTokens(db: db)
      let ids = ["first", "second", "third", "other", "last"]
      let sessions = try ids.map { try store.token($0)?.session }
      #expect(sessions == ["third", "third", "third", "other", "last"])
      #expect(try ids.allSatisfy { try store.token($0)?.grant == .accountPassword })
      #expect(try store.isLive(session: "third", of: did, at: 99))
      #expect(try !store.isLive(session: "third", of: did, at: 100))
      try store.end(session: "third", of: did)
      #expect(try ids.map { try store.token($0) != nil } == [false, false, false, true, true])
    }
  }
}
