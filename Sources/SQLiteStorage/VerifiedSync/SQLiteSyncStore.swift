import ATProtoData
public import ATProtoRepo
public import ATProtoSyntax
import GRDB
public import ServiceKit
public import VerifiedSync

/// Keeps what a consumer of the firehose has delivered in one SQLite database.
public final class SQLiteSyncStore: SyncStore {
  private let database: SQLiteDatabase

  /// Opens the database at `path`, creating it and its directory if necessary, and migrates its
  /// schema.
  ///
  /// Throws ``ServiceError/Code/storage`` if that fails, or if another consumer uses the database.
  public init(path: String) throws(ServiceError) {
    database = try SQLiteDatabase(path: path, migrator: SyncSchema.migrator)
  }

  public func close() throws {
    try database.close()
  }

  public func apply(_ changes: SyncChanges) async throws -> SyncChanges.Result {
    try await database.write { db in
      var transaction = SQLiteSyncTransaction(db: db)
      return (try transaction.apply(changes), false)
    }
  }

  public func repository(_ did: DID) async throws -> TrackedRepository? {
    try await database.read { db in
      try Row.fetchOne(
        db.cachedStatement(sql: "SELECT * FROM repository WHERE did = ?"),
        arguments: [did.string]
      ).map(TrackedRepository.init)
    }
  }

  public func repositories(after did: DID?, limit: Int) async throws -> [TrackedRepository] {
    try await database.read { db in
      try Row.fetchAll(
        db.cachedStatement(sql: "SELECT * FROM repository WHERE did > ? ORDER BY did LIMIT ?"),
        arguments: [did?.string ?? "", limit]
      ).map(TrackedRepository.init)
    }
  }

  public func repositoriesToFetch(
    at now: SyncTime,
    limit: Int
  ) async throws -> [TrackedRepository] {
    try await database.read { db in
      try Row.fetchAll(
        db.cachedStatement(
          sql: """
            SELECT * FROM repository
            WHERE phase IN ('pending', 'desynchronized', 'resyncing', 'error')
              AND nextAttemptAt <= ?
            ORDER BY nextAttemptAt LIMIT ?
            """
        ),
        arguments: [Int64(clamping: now), limit]
      ).map(TrackedRepository.init)
    }
  }

  public func records(
    of did: DID,
    after path: String?,
    limit: Int
  ) async throws -> [RecordVersion] {
    try await database.read { db in
      try Row.fetchAll(
        db.cachedStatement(
          sql: """
            SELECT path, cid FROM record
            WHERE repository = (SELECT id FROM repository WHERE did = ?) AND path > ?
            ORDER BY path LIMIT ?
            """
        ),
        arguments: [did.string, path ?? "", limit]
      ).map { RecordVersion(path: $0["path"], cid: try CID(bytes: $0.bytes("cid"))) }
    }
  }

  public func recordCount(of did: DID) async throws -> Int {
    try await database.read { db in
      try Int.fetchOne(
        db.cachedStatement(
          sql: """
            SELECT count(*) FROM record
            WHERE repository = (SELECT id FROM repository WHERE did = ?)
            """
        ),
        arguments: [did.string]
      ) ?? 0
    }
  }

  public func events(after id: Int, limit: Int) async throws -> [SyncEvent] {
    try await database.read { db in
      try Row.fetchAll(
        db.cachedStatement(sql: "SELECT id, content FROM event WHERE id > ? ORDER BY id LIMIT ?"),
        arguments: [id, limit]
      ).map(SyncEvent.init)
    }
  }

  public func events(
    of did: DID,
    after id: Int,
    through last: Int,
    limit: Int
  ) async throws -> [SyncEvent] {
    try await database.read { db in
      try Row.fetchAll(
        db.cachedStatement(
          sql: """
            SELECT id, content FROM event
            WHERE repository = (SELECT id FROM repository WHERE did = ?) AND id > ? AND id <= ?
            ORDER BY id LIMIT ?
            """
        ),
        arguments: [did.string, id, last, limit]
      ).map(SyncEvent.init)
    }
  }

  public func cursor(of relay: String) async throws -> Int? {
    try await database.read { db in
      try Int.fetchOne(db, sql: "SELECT sequence FROM cursor WHERE relay = ?", arguments: [relay])
    }
  }

  public func counts() async throws -> SyncCounts {
    try await database.read { db in
      let row = try Row.fetchOne(
        db.cachedStatement(sql: "SELECT repositories, records, events FROM total")
      )
      guard let row else { return SyncCounts() }
      return SyncCounts(
        repositories: row["repositories"],
        records: row["records"],
        events: row["events"]
      )
    }
  }
}

extension SyncEvent {
  fileprivate init(_ row: Row) throws {
    self = try SyncEvent(DataValue(cbor: row.bytes("content"), rules: .allowsForeignCIDs))
    id = row["id"]
  }
}
