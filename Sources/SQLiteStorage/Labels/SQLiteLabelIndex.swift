public import ATProtoLabels
public import ATProtoSyntax
public import ComAtprotoAPI
import GRDB
public import ServiceKit

/// Keeps the labels of followed labelers in one SQLite database.
public final class SQLiteLabelIndex: LabelIndex {
  private let database: SQLiteDatabase
  /// The number of rows that a transaction looks through when a source is removed.
  private let removalPage: Int

  /// Opens the database at `path`, creating it and its directory if necessary, and migrates its
  /// schema.
  ///
  /// Throws ``ServiceError/Code/storage`` if that fails, or if another process uses the database.
  public convenience init(path: String) throws(ServiceError) {
    try self.init(path: path, removalPage: 20_000)
  }

  package init(path: String, removalPage: Int) throws(ServiceError) {
    database = try SQLiteDatabase(path: path, migrator: LabelIndexSchema.migrator)
    self.removalPage = removalPage
  }

  /// Closes the database.
  public func close() throws {
    try database.close()
  }

  public func labels(
    on subjects: [String],
    from sources: [DID]
  ) async throws -> [ComAtproto.Label.Defs.Label] {
    try await database.read { db in
      let table = SQLiteLabels(db: db)
      let ids = Set(try sources.compactMap(table.id))
      guard !ids.isEmpty else { return [] }
      return try Set(subjects).flatMap { try table.labels(on: $0, from: ids) }
    }
  }

  public func apply(
    _ labels: [ComAtproto.Label.Defs.Label],
    from source: DID,
    cursor: Int
  ) async throws {
    try await database.write { db in
      let table = SQLiteLabels(db: db)
      let id = try table.setCursor(cursor, of: source)
      for label in labels {
        guard let key = LabelKey(label), key.source == source else { continue }
        try table.apply(label, key, from: id)
      }
      return ((), false)
    }
  }

  public func cursor(of source: DID) async throws -> Int? {
    try await database.read { db in
      try Int.fetchOne(
        db,
        sql: "SELECT cursor FROM labelSource WHERE did = ?",
        arguments: [source.string]
      )
    }
  }

  /// Without its row in `labelSource`, the labels of a source are not found anymore; they are then
  /// deleted step by step, because millions of rows at once would hold up the writer.
  public func removeLabels(of source: DID) async throws {
    let id: Int? = try await database.write { db in
      let id = try SQLiteLabels(db: db).id(of: source)
      try db.execute(sql: "DELETE FROM labelSource WHERE did = ?", arguments: [source.string])
      return (id, false)
    }
    guard let id else { return }
    var start: String? = ""
    while let from = start {
      start = try await database.write { [removalPage] db in
        let end = try SQLiteLabels(db: db).endOfPage(from: from, removalPage)
        try db.execute(
          sql: "DELETE FROM labelState WHERE src = ?1 AND uri >= ?2 AND (?3 IS NULL OR uri < ?3)",
          arguments: [id, from, end]
        )
        return (end, false)
      }
    }
  }
}
