import GRDB

extension SchemaMigrations {
  /// Version 5: keys of accounts that do not exist yet, so that a DID document can name them before
  /// the account is migrated to this server.
  static func addReservedKeys(_ db: Database) throws {
    try db.execute(
      sql: """
        CREATE TABLE reservedKey (
          publicKey TEXT PRIMARY KEY NOT NULL,
          -- Null for a key of whichever account names it.
          did TEXT UNIQUE,
          privateKey TEXT NOT NULL,
          createdAt INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        """
    )
  }
}
