import GRDB

extension SchemaMigrations {
  /// When a deactivated account is to be deleted.
  static func addLeaving(_ db: Database) throws {
    try db.execute(sql: "ALTER TABLE account ADD COLUMN deleteAfter INTEGER")
  }
}
