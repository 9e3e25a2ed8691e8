public import ATProtoIdentity
public import ATProtoSyntax
import GRDB
public import PLCDirectory
public import ServiceKit

/// Operation logs in a SQLite database.
public final class SQLitePLCStore: PLCStore {
  static let fileName = "plc.sqlite"

  private let database: SQLiteDatabase

  /// Opens the database in `directory`, creating both if necessary.
  ///
  /// Throws ``ServiceError`` if that fails, or if another server uses the directory.
  public init(directory: String) throws(ServiceError) {
    database = try SQLiteDatabase(
      Self.fileName,
      in: directory,
      lockName: "plc.lock",
      migrator: Self.migrator
    )
  }

  /// Closes the database, which can no longer be used.
  public func close() throws {
    try database.close()
  }

  public func log(of did: DID) async throws -> PLCLog {
    try await database.read { db in try OperationTable(db: db).log(of: did) }
  }

  public func update(
    _ did: DID,
    _ change: @escaping @Sendable (inout PLCLog) throws -> Void
  ) async throws {
    try await database.write { db in
      let table = OperationTable(db: db)
      let before = try table.log(of: did)
      var after = before
      try change(&after)
      try table.store(after, over: before)
      return ((), false)
    }
  }

  public func export(
    after cursor: PLCExportCursor,
    count: Int
  ) async throws -> [PLCExportLine] {
    try await database.read { db in
      try OperationTable(db: db).export(after: cursor, count: count)
    }
  }

  /// The versions of the schema, in order. A released version is never changed.
  private static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1 operations") { db in
      try db.execute(
        sql: """
          CREATE TABLE operation (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            did TEXT NOT NULL,
            cid TEXT NOT NULL,
            -- The operation, signed, in DAG-CBOR.
            block BLOB NOT NULL,
            -- A datetime in UTC with milliseconds, so that texts sort as times.
            createdAt TEXT NOT NULL,
            isNullified INTEGER NOT NULL,
            UNIQUE (did, cid)
          ) STRICT;
          CREATE INDEX operationByTime ON operation (createdAt, cid);
          """
      )
    }
    return migrator
  }
}
