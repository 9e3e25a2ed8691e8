import GRDB
public import Labeler
package import ServiceKit
package import XRPCServer

/// Stores everything that a labeler knows in one SQLite database.
package final class SQLiteLabelerStore: LabelerStore {
  package let eventSignal: EventSignal
  private let database: SQLiteDatabase
  private let sequenceFloor: Int

  /// Opens the database at `path`, creating it and its directory if necessary, and migrates its
  /// schema.
  ///
  /// Throws ``ServiceError/Code/storage`` if that fails, or if another labeler uses the database.
  package init(path: String) throws(ServiceError) {
    let signal = EventSignal()
    eventSignal = signal
    database = try SQLiteDatabase(
      path: path,
      migrator: LabelerMigrations.migrator,
      onAppend: { signal.notify() }
    )
    do {
      sequenceFloor = try database.pool.read(SequenceFloor.stored)
    } catch {
      throw ServiceError(.storage, "cannot read \(path): \(error)")
    }
  }

  package func read<Value: Sendable>(
    _ body: @escaping @Sendable (any LabelerTransaction) throws -> Value
  ) async throws -> Value {
    try await database.read { [sequenceFloor] db in
      try body(SQLiteLabelerTransaction(db, sequenceFloor: sequenceFloor))
    }
  }

  package func write<Value: Sendable>(
    _ body: @escaping @Sendable (any LabelerTransaction) throws -> Value
  ) async throws -> Value {
    try await database.write { [sequenceFloor] db in
      let transaction = SQLiteLabelerTransaction(db, sequenceFloor: sequenceFloor)
      return (try body(transaction), transaction.hasNewLabels)
    }
  }

  package func setUp<Value>(_ body: (any LabelerTransaction) throws -> Value) throws -> Value {
    try database.pool.write { db in
      try body(SQLiteLabelerTransaction(db, sequenceFloor: sequenceFloor))
    }
  }

  package func close() throws {
    try database.close()
  }

  /// Copies the database at `path` into a new file, even while a labeler uses it. In the copy,
  /// sequence numbers continue after all that the original can assign later.
  package static func copy(_ path: String, to copy: String) throws {
    try SQLiteDatabase.copy(path, to: copy)
    let database = try DatabaseQueue(path: copy)
    try database.write { db in try SequenceFloor.raise(db, above: "label") }
    try database.close()
  }
}

final class SQLiteLabelerTransaction: LabelerTransaction {
  private let db: Database
  private let sqliteLabels: SQLiteLabelerLabels

  /// - Parameter sequenceFloor: new labels have greater sequence numbers.
  init(_ db: Database, sequenceFloor: Int) {
    self.db = db
    sqliteLabels = SQLiteLabelerLabels(db, floor: sequenceFloor)
  }

  /// Whether this transaction stored labels.
  var hasNewLabels: Bool { sqliteLabels.hasNewLabels }

  var labels: any LabelStore { sqliteLabels }
  var events: any ModerationEventStore { SQLiteModerationEvents(db: db) }
  var statuses: any SubjectStatusStore { SQLiteSubjectStatuses(db: db) }
  var members: any MemberStore { SQLiteMembers(db: db) }
  var pushes: any PushStore { SQLitePushes(db: db) }
  var records: any SubjectRecordStore { SQLiteSubjectRecords(db: db) }
  var reviewSessions: any ReviewSessionStore { SQLiteReviewSessions(db: db) }
  var secrets: any LabelerSecretStore { SQLiteLabelerSecrets(db: db) }
}

struct SQLiteLabelerSecrets: LabelerSecretStore {
  let db: Database

  func secret(_ name: String) throws -> [UInt8]? {
    try [UInt8].fetchOne(db, sql: "SELECT value FROM secret WHERE name = ?", arguments: [name])
  }

  func setSecret(_ name: String, _ value: [UInt8]) throws {
    try db.execute(
      sql: "INSERT OR REPLACE INTO secret (name, value) VALUES (?, ?)",
      arguments: [name, value.data]
    )
  }
}

extension LabelerStorage {
  /// A SQLite database, or memory if the configuration has no path for it.
  ///
  /// Throws ``ServiceError/Code/storage`` if the database cannot be opened or is in use by another
  /// labeler.
  public static func sqlite(_ configuration: LabelerConfiguration) throws -> LabelerStorage {
    guard let path = configuration.databasePath else { return .memory() }
    return LabelerStorage(store: try SQLiteLabelerStore(path: path))
  }
}
