import GRDB

/// The versions of a consumer's schema, in order. A released version is never changed.
enum SyncSchema {
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1 repositories and events") { db in
      try db.execute(sql: tables)
    }
    migrator.registerMigration("2 totals") { db in
      try db.execute(sql: totals)
    }
    return migrator
  }

  /// The totals, in one row, because counting rows would read all of them.
  private static let totals = """
    CREATE TABLE total (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      repositories INTEGER NOT NULL,
      records INTEGER NOT NULL,
      events INTEGER NOT NULL
    ) STRICT;
    INSERT INTO total VALUES (
      1,
      (SELECT count(*) FROM repository),
      (SELECT count(*) FROM record),
      (SELECT count(*) FROM event)
    );
    """

  /// Times are microseconds since the Unix epoch.
  private static let tables = """
    CREATE TABLE repository (
      id INTEGER PRIMARY KEY,
      did TEXT NOT NULL UNIQUE,
      phase TEXT NOT NULL,
      handle TEXT,
      isActive INTEGER NOT NULL,
      status TEXT,
      -- The signing key in Multikey form.
      key TEXT,
      keyCheckedAt INTEGER,
      pds TEXT,
      rev INTEGER,
      -- The CID of the root of the tree.
      data BLOB,
      attempts INTEGER NOT NULL,
      nextAttemptAt INTEGER NOT NULL,
      error TEXT
    ) STRICT;
    CREATE INDEX repositoryToFetch ON repository (nextAttemptAt)
      WHERE phase IN ('pending', 'desynchronized', 'resyncing', 'error');

    CREATE TABLE record (
      repository INTEGER NOT NULL,
      path TEXT NOT NULL,
      cid BLOB NOT NULL,
      PRIMARY KEY (repository, path)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE event (
      -- Never reused: clients acknowledge events by ID.
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      repository INTEGER NOT NULL,
      -- DAG-CBOR of the event's JSON.
      content BLOB NOT NULL
    ) STRICT;
    CREATE INDEX eventRepository ON event (repository);

    CREATE TABLE cursor (
      relay TEXT PRIMARY KEY NOT NULL,
      sequence INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    """
}
