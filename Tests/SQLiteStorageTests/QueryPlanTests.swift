import GRDB
import Testing

@testable import SQLiteStorage

/// Queries that callers without credentials can cause must not scan tables or sort.
@Suite struct QueryPlanTests {
  @Test(
    "queries of the public use an index for every step",
    arguments: [SQLiteBlobs.nextReference, SQLiteRecords.collections]
  )
  func publicQueriesUseIndexes(_ sql: String) throws {
    let database = try DatabaseQueue()
    try SchemaMigrations.migrator.migrate(database)
    let plan = try database.read { db in
      // Missing arguments are null.
      try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + sql, arguments: Self.arguments(sql))
        .map { $0["detail"] as String }
    }
    let searches = plan.filter { $0.hasPrefix("SEARCH") }
    #expect(!searches.isEmpty && searches.allSatisfy { $0.contains("INDEX") || $0.contains("KEY") })
    // The only scan is that of the names which the recursion has found.
    #expect(
      plan.allSatisfy {
        !$0.hasPrefix("SCAN") || $0.hasPrefix("SCAN found") || $0.contains("CONSTANT")
      }
    )
    #expect(plan.allSatisfy { !$0.contains("TEMP B-TREE") })
  }

  private static func arguments(_ sql: String) -> StatementArguments {
    sql.contains("?1") ? ["did"] : ["did", ""]
  }

  @Test("references by path become references by record")
  func referencesMigrate() throws {
    let database = try DatabaseQueue()
    let migrator = SchemaMigrations.migrator
    try migrator.migrate(database, upTo: "8 OAuth")
    try database.write { db in
      try db.execute(
        sql: """
          INSERT INTO account
            (did, handle, email, passwordHash, signingKey, rotationKey, plcOperation, createdAt)
          VALUES ('did:web:a.test', 'a.test', 'a@mail.test', '', '', '', x'', 0);
          INSERT INTO record (did, collection, rkey, cid) VALUES
            ('did:web:a.test', 'a.b.c', '1', x'01'), ('did:web:a.test', 'a.b.c', '2', x'01'),
            ('did:web:a.test', 'a.b.c', '3', x'02');
          INSERT INTO blobReference (did, collection, rkey, cid, rev) VALUES
            ('did:web:a.test', 'a.b.c', '1', 'x', '3'), ('did:web:a.test', 'a.b.c', '2', 'x', '5'),
            ('did:web:a.test', 'a.b.c', '3', 'y', '4');
          """
      )
    }
    try migrator.migrate(database)
    let rows = try database.read { db in
      try Row.fetchAll(db, sql: "SELECT hex(record), cid, rev FROM blobReference ORDER BY record")
        .map { row in "\(row[0] as String) \(row[1] as String) \(row[2] as String)" }
    }
    #expect(rows == ["01 x 5", "02 y 4"])
  }
}
