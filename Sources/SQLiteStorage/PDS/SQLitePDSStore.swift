import GRDB
package import PDS
package import ServiceKit
package import XRPCServer

/// Stores everything except the bytes of blobs in one SQLite database.
package final class SQLitePDSStore: PDSStore {
  static let fileName = "pds.sqlite"

  package let eventSignal: EventSignal
  let database: SQLiteDatabase
  private let sequenceFloor: Int

  /// Opens the database in `directory`, creating both if necessary, and migrates its schema.
  ///
  /// Throws ``ServiceError/Code/storage`` if that fails, or if another server uses the directory.
  package init(directory: String) throws(ServiceError) {
    let signal = EventSignal()
    eventSignal = signal
    do {
      database = try SQLiteDatabase(
        Self.fileName,
        in: directory,
        lockName: "pds.lock",
        migrator: SchemaMigrations.migrator,
        onAppend: { signal.notify() }
      )
      sequenceFloor = try database.pool.read(SequenceFloor.stored)
    } catch let error as ServiceError {
      throw error
    } catch {
      throw ServiceError(.storage, "cannot read the database in \(directory): \(error)")
    }
  }

  /// Opens an existing database read-only, even while a server uses it.
  init(existing directory: String) throws {
    eventSignal = EventSignal()
    database = try SQLiteDatabase(
      existing: Self.fileName,
      in: directory,
      migrator: SchemaMigrations.migrator
    )
    sequenceFloor = 0
  }

  package func read<Value: Sendable>(
    _ body: @escaping @Sendable (any PDSTransaction) throws -> Value
  ) async throws -> Value {
    try await database.read { db in try body(SQLitePDSTransaction(db, sequenceFloor: 0)) }
  }

  package func write<Value: Sendable>(
    _ body: @escaping @Sendable (any PDSTransaction) throws -> Value
  ) async throws -> Value {
    try await database.write { [sequenceFloor] db in
      let transaction = SQLitePDSTransaction(db, sequenceFloor: sequenceFloor)
      return (try body(transaction), transaction.appendsEvents)
    }
  }

  package func setUp<Value>(_ body: (any PDSTransaction) throws -> Value) throws -> Value {
    try database.pool.write { db in
      try body(SQLitePDSTransaction(db, sequenceFloor: sequenceFloor))
    }
  }

  package func close() throws {
    try database.close()
  }
}
