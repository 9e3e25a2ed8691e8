import GRDB

extension SchemaMigrations {
  /// Keys of accounts that are still to be made, so that a DID can name them before it moves here.
  static func addReservedKeys(_ db: Database) throws {
    try db.execute(
      sql: """
        CREATE TABLE reservedKey (
          publicKey TEXT PRIMARY KEY NOT NULL,
          -- Nil for whoever names the key.
          did TEXT UNIQUE,
          privateKey TEXT NOT NULL,
          createdAt INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        """
    )
  }
}
