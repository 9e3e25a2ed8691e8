import GRDB
public import Relay
package import ServiceKit

/// Stores the hosts and accounts of a relay in one SQLite database.
package final class SQLiteRelayStore: RelayStore {
  private let database: SQLiteDatabase

  /// Opens the database at `path`, creating it and its directory if necessary, and migrates its
  /// schema.
  ///
  /// Throws ``ServiceError/Code/storage`` if that fails, or if another relay uses the database.
  ///
  /// - Parameter maximumReaders: the most connections that read at once.
  package init(path: String, maximumReaders: Int = 40) throws(ServiceError) {
    database = try SQLiteDatabase(
      path: path,
      options: SQLiteOptions(maximumReaders: maximumReaders, pageSize: 8192),
      migrator: RelaySchema.migrator
    )
  }

  package func read<Value: Sendable>(
    _ body: @escaping @Sendable (any RelayTransaction) throws -> Value
  ) async throws -> Value {
    try await database.read { db in try body(SQLiteRelayTransaction(db)) }
  }

  package func write<Value: Sendable>(
    _ body: @escaping @Sendable (any RelayTransaction) throws -> Value
  ) async throws -> Value {
    try await database.write { db in (try body(SQLiteRelayTransaction(db)), false) }
  }

  package func close() throws {
    try database.close()
  }
}

struct SQLiteRelayTransaction: RelayTransaction {
  private let db: Database

  init(_ db: Database) {
    self.db = db
  }

  var hosts: any HostStore { SQLiteHosts(db: db) }
  var accounts: any AccountStore { SQLiteRelayAccounts(db: db) }
  var collections: any CollectionStore { SQLiteCollections(db: db) }
  var bans: any DomainBanStore { SQLiteDomainBans(db: db) }
  var checkpoint: any CheckpointStore { SQLiteCheckpoint(db: db) }
}

extension RelayStorage {
  /// Creates storage with a SQLite database and a log in files, or either in memory if the
  /// configuration has no path for it.
  ///
  /// Throws ``ServiceError/Code/storage`` if a file cannot be opened or is in use by another relay.
  public static func sqlite(_ configuration: RelayConfiguration) throws -> RelayStorage {
    let store: any RelayStore =
      if let path = configuration.databasePath {
        try SQLiteRelayStore(
          path: path,
          maximumReaders: configuration.maximumDatabaseConnections
        )
      } else {
        MemoryRelayStore()
      }
    let log: any RelayLog =
      if let directory = configuration.persistDirectory {
        try SegmentLog(directory: directory, maximumBytes: configuration.maximumLogBytes)
      } else {
        MemoryRelayLog()
      }
    return RelayStorage(store: store, log: log)
  }
}
