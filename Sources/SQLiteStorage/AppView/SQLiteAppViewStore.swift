public import AppView
import Foundation
import GRDB
package import ServiceKit
import Synchronization

/// Stores everything that an app view knows, except labels, in one SQLite database.
package final class SQLiteAppViewStore: AppViewStore {
  private let database: SQLiteDatabase
  private let linksCountedAtOnce: Int
  /// The sessions of the connections, by their addresses.
  private let sessions = Mutex<[UInt: SQLiteSession]>([:])

  /// Opens the database at `path`, creating it and its directory if necessary, and migrates its
  /// schema.
  ///
  /// Throws ``ServiceError/Code/storage`` if that fails, if the schema is that of a newer version, or
  /// if another app view uses the database.
  ///
  /// - Parameter linksCountedAtOnce: the most links of an account that is counted anew in the
  ///   transaction that hides or shows it.
  package init(path: String, linksCountedAtOnce: Int = 20_000) throws(ServiceError) {
    self.linksCountedAtOnce = linksCountedAtOnce
    database = try SQLiteDatabase(
      path: path,
      options: SQLiteOptions(maximumReaders: 8, writerCache: 65_536),
      migrator: AppViewSchema.migrator
    )
    do {
      let isNewer = try database.pool.read { db in
        try AppViewSchema.migrator.hasBeenSuperseded(db)
      }
      guard isNewer else { return }
    } catch {
      throw ServiceError(.storage, "cannot read \(path): \(error)")
    }
    try? database.close()
    throw ServiceError(
      .storage,
      "cannot open \(path): its schema is that of a newer version of atproto"
    )
  }

  private func session(_ db: Database) throws -> SQLiteSession {
    guard let connection = db.sqliteConnection else {
      throw ServiceError(.storage, "cannot use the index: it is closed")
    }
    let key = UInt(bitPattern: connection)
    return sessions.withLock { sessions in
      if let session = sessions[key] { return session }
      let session = SQLiteSession(connection)
      sessions[key] = session
      return session
    }
  }

  private func tables(_ db: Database, _ session: SQLiteSession) -> IndexTables {
    IndexTables(db, session, countedAtOnce: linksCountedAtOnce)
  }

  package func read<Value: Sendable>(
    deadline: ContinuousClock.Instant?,
    _ body: @escaping @Sendable (any IndexSnapshot) throws -> Value
  ) async throws -> Value {
    try await database.read { [self] db in
      let session = try session(db)
      do {
        return try session.withDeadline(deadline) {
          try body(SQLiteIndexTransaction(tables(db, session)))
        }
      } catch let error as DatabaseError where error.resultCode == .SQLITE_INTERRUPT {
        throw AppViewStoreError(.deadline, "cannot finish the query: it takes too long")
      }
    }
  }

  package func write<Value: Sendable>(
    _ body: @escaping @Sendable (any IndexTransaction) throws -> Value
  ) async throws -> Value {
    try await database.write { [self] db in (try change(db, body), false) }
  }

  package func setUp<Value>(_ body: (any IndexTransaction) throws -> Value) throws -> Value {
    try database.pool.write { db in try change(db, body) }
  }

  private func change<Value>(
    _ db: Database,
    _ body: (any IndexTransaction) throws -> Value
  ) throws -> Value {
    let transaction = SQLiteIndexTransaction(tables(db, try session(db)))
    let value = try body(transaction)
    try transaction.tables.flush()
    return value
  }

  package func close() throws {
    // No transaction is running anymore once the connections can be closed, but they can be closed
    // only without statements.
    try database.pool.barrierWriteWithoutTransaction { _ in
      sessions.withLock { sessions in
        for session in sessions.values { session.close() }
        sessions = [:]
      }
    }
    try database.close()
  }

  /// The plans of all statements that were executed, for tests: each with the lines of `EXPLAIN QUERY
  /// PLAN`.
  package func plans() throws -> [(sql: String, plan: [String])] {
    let texts = sessions.withLock { Set($0.values.flatMap(\.texts)) }
    return try database.pool.read { db in
      let session = try session(db)
      return try texts.sorted().map { sql in
        (sql: sql, plan: try session.all("EXPLAIN QUERY PLAN " + sql) { $0.text(3) })
      }
    }
  }
}

/// The tables of an index within one transaction.
final class SQLiteIndexTransaction: IndexTransaction {
  let tables: IndexTables

  init(_ tables: IndexTables) {
    self.tables = tables
  }

  var sync: any SyncReading { SQLiteSyncTable(tables: tables) }
  var accounts: any AccountReading { SQLiteIndexAccounts(tables: tables) }
  var records: any RecordReading { SQLiteIndexRecords(tables: tables) }
  var links: any LinkReading { SQLiteIndexLinks(tables: tables) }
  var moderation: any TakedownReading { SQLiteIndexTakedowns(tables: tables) }
  var viewers: any ViewerReading { SQLiteViewers(tables: tables) }
  var syncWriting: any SyncWriting { SQLiteSyncTable(tables: tables) }
  var recordWriting: any RecordWriting { SQLiteIndexRecords(tables: tables) }
  var moderationWriting: any TakedownWriting { SQLiteIndexTakedowns(tables: tables) }
  var viewersWriting: any ViewerWriting { SQLiteViewers(tables: tables) }
}

extension AppViewStorage {
  /// A SQLite database at a path, with the labels in another one beside it. Nil for memory.
  ///
  /// Throws ``ServiceError/Code/storage`` if a database cannot be opened or is in use by another app
  /// view.
  public static func sqlite(_ path: String?) throws -> AppViewStorage {
    guard let path else { return .memory() }
    let name = URL(fileURLWithPath: path).deletingPathExtension().path + ".labels.sqlite"
    let store = try SQLiteAppViewStore(path: path)
    let labels: SQLiteLabelIndex
    do {
      labels = try SQLiteLabelIndex(path: name)
    } catch {
      try? store.close()
      throw error
    }
    return AppViewStorage(store: store, labels: labels, closeLabels: { try labels.close() })
  }
}
