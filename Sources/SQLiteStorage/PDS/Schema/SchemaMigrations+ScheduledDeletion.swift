import GRDB

extension SchemaMigrations {
  /// Version 6: when a deactivated account is deleted.
  static func addScheduledDeletion(_ db: Database) throws {
    try db.execute(sql: "ALTER TABLE account ADD COLUMN deleteAfter INTEGER")
  }
}
