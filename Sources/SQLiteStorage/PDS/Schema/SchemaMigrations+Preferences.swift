import GRDB

extension SchemaMigrations {
  /// Version 4: the private preferences of accounts.
  static func addPreferences(_ db: Database) throws {
    try db.execute(
      sql: """
        CREATE TABLE preference (
          did TEXT NOT NULL REFERENCES account ON DELETE CASCADE,
          position INTEGER NOT NULL,
          type TEXT NOT NULL,
          -- In DAG-CBOR.
          block BLOB NOT NULL,
          PRIMARY KEY (did, position)
        ) STRICT, WITHOUT ROWID;
        """
    )
  }
}
