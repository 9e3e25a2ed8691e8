import Foundation
import GRDB
import ServiceKit

/// Everything in one SQLite database in write-ahead mode; writes go in groups.
final class SQLiteStore: PDSStore {
  static let fileName = "pds.sqlite"
  /// The secret that names the database.
  static let nameKey = "database-name"

  let path: String
  let pool: DatabasePool
  private let writer: GroupWriter
  private let checkpointer: Checkpointer?
  /// Nil for who only looks.
  private let lock: DirectoryLock?

  /// Opens the database in `folder`, and brings it to the present schema.
  ///
  /// - Parameter onSequenced: called with new events, in order, once they are on the disk.
  init(folder: String, onSequenced: @escaping @Sendable ([SequenceEntry]) -> Void) throws {
    let url = URL(fileURLWithPath: folder, isDirectory: true)
    let path = url.appendingPathComponent(Self.fileName).path
    do {
      // The database holds signing keys: nobody else may look into it.
      try FileManager.default.createDirectory(
        at: url,
        withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700]
      )
      lock = try DirectoryLock(url.path, name: "pds.lock")
      if !FileManager.default.fileExists(atPath: path) {
        let isMade = FileManager.default.createFile(
          atPath: path,
          contents: nil,
          attributes: [.posixPermissions: 0o600]
        )
        guard isMade else { throw ServiceError(.storage, "\(path) cannot be made") }
      }
    } catch let error as ServiceError {
      throw error
    } catch {
      throw ServiceError(cannotCreate: "the data directory \(folder)", error)
    }
    self.path = path
    let checkpointer: Checkpointer
    let sequenceFloor: Int
    do {
      pool = try DatabasePool(path: path, configuration: Self.configuration)
      try SchemaMigrations.migrator.migrate(pool)
      sequenceFloor = try pool.read(SQLiteSequence.floor)
      checkpointer = try Checkpointer(path: path, Self.configuration)
    } catch {
      throw ServiceError(.storage, "cannot open \(path): \(error)")
    }
    self.checkpointer = checkpointer
    writer = GroupWriter(
      pool,
      checkpointer,
      sequenceFloor: sequenceFloor,
      onSequenced: onSequenced
    )
  }

  /// Opens the database that a server of this version made, and changes nothing.
  init(existing folder: String) throws {
    lock = nil
    path =
      URL(fileURLWithPath: folder, isDirectory: true).appendingPathComponent(Self.fileName).path
    guard FileManager.default.fileExists(atPath: path) else {
      throw ServiceError(.storage, "there is no server's data in \(folder)")
    }
    pool = try DatabasePool(path: path, configuration: Self.configuration)
    guard try pool.read({ try SchemaMigrations.migrator.hasCompletedMigrations($0) }) else {
      throw ServiceError(
        .storage,
        "the database of \(folder) has another version than this program's"
      )
    }
    checkpointer = nil
    writer = GroupWriter(pool) { _ in }
  }

  private static var configuration: Configuration {
    var configuration = Configuration()
    configuration.busyMode = .timeout(5)
    configuration.prepareDatabase { db in
      // What was acknowledged survives a loss of power, not only of the process.
      try db.execute(sql: "PRAGMA synchronous = FULL")
      // Pages, of which ``Checkpointer`` has brought most to the database by then.
      try db.execute(sql: "PRAGMA wal_autocheckpoint = 16000")
      // KiB of pages. Readers start anew after every commit; the one writer keeps its own.
      if !db.configuration.readonly { try db.execute(sql: "PRAGMA cache_size = -32768") }
    }
    return configuration
  }

  func read<Value: Sendable>(
    _ body: @escaping @Sendable (any PDSTransaction) throws -> Value
  ) async throws -> Value {
    try await pool.read { db in try body(SQLiteTransaction(db)) }
  }

  func write<Value: Sendable>(
    _ body: @escaping @Sendable (any PDSTransaction) throws -> Value
  ) async throws -> Value {
    try await writer.write(body)
  }

  /// The secret of that name; made by `make` at the first start.
  func secret(_ name: String, _ make: () -> [UInt8]) throws -> [UInt8] {
    try pool.write { db in
      let secrets = SQLiteSecrets(db: db)
      if let stored = try secrets.secret(name) { return stored }
      let secret = make()
      try secrets.setSecret(name, secret)
      return secret
    }
  }

  func hasBlobs() throws -> Bool {
    try pool.read { db in try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM blob)") ?? false
    }
  }

  func close() throws {
    try checkpointer?.close()
    try pool.close()
    lock?.release()
  }
}
