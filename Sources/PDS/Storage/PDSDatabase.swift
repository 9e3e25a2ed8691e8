import ATProtoCrypto
import Foundation
import GRDB

/// The SQLite database of a server, in write-ahead mode.
///
/// Writes come one after the other, each in a transaction that is on the disk before it is
/// answered; so two writers of one account serialise. Reads see the state of one moment.
final class PDSDatabase: Sendable {
  static let fileName = "pds.sqlite"

  private let pool: DatabasePool

  /// Opens the database in `folder`, and brings it to the present schema.
  init(folder: String) throws {
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
  }

  func read<Value: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws -> Value {
    try await pool.read(body)
  }

  func write<Value: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws -> Value {
    try await pool.write(body)
  }

  func close() throws {
    try pool.close()
  }

  /// The secret that session tokens are signed with; made at the first start.
  func sessionKey() throws -> SymmetricKey {
    try pool.write { db in
      let name = "session-key"
      let stored = try [UInt8].fetchOne(
        db,
        sql: "SELECT value FROM secret WHERE name = ?",
        arguments: [name]
      )
      if let stored { return try SymmetricKey(stored) }
      let key = SymmetricKey()
      try db.execute(
        sql: "INSERT INTO secret (name, value) VALUES (?, ?)",
        arguments: [name, key.rawRepresentation.data]
      )
      return key
    }
  }
}
