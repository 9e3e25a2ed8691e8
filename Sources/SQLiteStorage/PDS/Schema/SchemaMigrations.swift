import GRDB

/// The versions of the PDS schema, in order. A released version is never changed.
enum SchemaMigrations {
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1 accounts and repositories") { db in
      try db.execute(sql: accounts + repositories)
    }
    migrator.registerMigration("2 status, blobs and sequence", migrate: addStorage)
    migrator.registerMigration("3 accounts in full", migrate: addAccounts)
    migrator.registerMigration("4 preferences", migrate: addPreferences)
    migrator.registerMigration("5 reserved keys", migrate: addReservedKeys)
    migrator.registerMigration("6 accounts that leave", migrate: addScheduledDeletion)
    migrator.registerMigration("7 event keys and blob deletions", migrate: addBlobDeletions)
    migrator.registerMigration("8 OAuth", migrate: addOAuth)
    migrator.registerMigration("9 blob references by record", migrate: addRecordReferences)
    return migrator
  }

  private static let accounts = """
    CREATE TABLE secret (
      name TEXT PRIMARY KEY NOT NULL,
      value BLOB NOT NULL
    ) STRICT;

    CREATE TABLE account (
      did TEXT PRIMARY KEY NOT NULL,
      handle TEXT NOT NULL UNIQUE,
      email TEXT NOT NULL UNIQUE COLLATE NOCASE,
      passwordHash TEXT NOT NULL,
      signingKey TEXT NOT NULL,
      rotationKey TEXT NOT NULL,
      -- The genesis operation of the DID, signed, in DAG-CBOR.
      plcOperation BLOB NOT NULL,
      createdAt INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE refreshToken (
      id TEXT PRIMARY KEY NOT NULL,
      did TEXT NOT NULL REFERENCES account ON DELETE CASCADE,
      expiresAt INTEGER NOT NULL,
      -- The token that replaced it.
      nextID TEXT
    ) STRICT;
    CREATE INDEX refreshTokenOfAccount ON refreshToken (did, expiresAt);

    """

  private static let repositories = """
    CREATE TABLE repository (
      did TEXT PRIMARY KEY NOT NULL REFERENCES account ON DELETE CASCADE,
      head BLOB NOT NULL,
      rev TEXT NOT NULL
    ) STRICT;

    CREATE TABLE block (
      did TEXT NOT NULL REFERENCES account ON DELETE CASCADE,
      cid BLOB NOT NULL,
      -- The revision that added the block.
      rev TEXT NOT NULL,
      bytes BLOB NOT NULL,
      PRIMARY KEY (did, cid)
    ) STRICT;
    CREATE INDEX blockOfRevision ON block (did, rev);

    -- The contents of the trees, for listing and lookup.
    CREATE TABLE record (
      did TEXT NOT NULL REFERENCES account ON DELETE CASCADE,
      collection TEXT NOT NULL,
      rkey TEXT NOT NULL,
      cid BLOB NOT NULL,
      PRIMARY KEY (did, collection, rkey)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX recordOfBlock ON record (did, cid);
    """
}
