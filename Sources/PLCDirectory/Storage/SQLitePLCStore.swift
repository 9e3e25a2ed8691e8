public import ATProtoIdentity
public import ATProtoSyntax
import Foundation
import GRDB
import ServiceKit

/// Stores logs in a SQLite database.
public final class SQLitePLCStore: PLCStore {
  public static let fileName = "plc.sqlite"

  private let pool: DatabasePool
  private let lock: DirectoryLock

  /// Opens the database in `folder`, which is created if needed. Throws ``ServiceError``, also if
  /// another server uses the folder.
  public init(folder: String) throws {
    let url = URL(fileURLWithPath: folder, isDirectory: true)
    do {
      try FileManager.default.createDirectory(
        at: url,
        withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700]
      )
    } catch {
      throw ServiceError(cannotCreate: "the data directory \(folder)", error)
    }
    lock = try DirectoryLock(url.path, name: "plc.lock")
    var configuration = Configuration()
    configuration.busyMode = .timeout(5)
    configuration.prepareDatabase { db in
      // What was acknowledged survives a loss of power, not only of the process.
      try db.execute(sql: "PRAGMA synchronous = FULL")
    }
    let path = url.appendingPathComponent(Self.fileName).path
    do {
      pool = try DatabasePool(path: path, configuration: configuration)
      try Self.migrator.migrate(pool)
    } catch {
      throw ServiceError(.storage, "cannot open \(path): \(error)")
    }
  }

  /// Closes the database; the store must not be used after that.
  public func close() throws {
    try pool.close()
    lock.release()
  }

  public func log(of did: DID) async throws -> PLCLog {
    try await pool.read { db in try OperationTable(db: db).log(of: did) }
  }

  public func update(
    _ did: DID,
    _ change: @escaping @Sendable (inout PLCLog) throws -> Void
  ) async throws {
    try await pool.write { db in
      let table = OperationTable(db: db)
      let before = try table.log(of: did)
      var after = before
      try change(&after)
      try table.store(after, over: before)
    }
  }

  public func export(
    after cursor: PLCExportCursor,
    count: Int
  ) async throws -> [PLCExportLine] {
    try await pool.read { db in try OperationTable(db: db).export(after: cursor, count: count) }
  }

  /// The versions of the schema, in order. One that was released is never changed.
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
