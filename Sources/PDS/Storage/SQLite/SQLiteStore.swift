import Foundation
import GRDB

/// Everything in one SQLite database in write-ahead mode; writes go in groups.
final class SQLiteStore: PDSStore {
  static let fileName = "pds.sqlite"

  private let pool: DatabasePool
  private let writer: GroupWriter

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
      if !FileManager.default.fileExists(atPath: path) {
        let isMade = FileManager.default.createFile(
          atPath: path,
          contents: nil,
          attributes: [.posixPermissions: 0o600]
        )
        guard isMade else { throw PDSError(.storage, "\(path) cannot be made") }
      }
    } catch let error as PDSError {
      throw error
    } catch {
      throw PDSError(
        .storage,
        "the data folder \(folder) cannot be made: \(error.localizedDescription)"
      )
    }
    var configuration = Configuration()
    configuration.busyMode = .timeout(5)
    configuration.prepareDatabase { db in
      // What was acknowledged survives a loss of power, not only of the process.
      try db.execute(sql: "PRAGMA synchronous = FULL")
    }
    pool = try DatabasePool(path: path, configuration: configuration)
    try Migrations.migrator.migrate(pool)
    writer = GroupWriter(pool, onSequenced: onSequenced)
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

  func close() throws {
    try pool.close()
  }
}
