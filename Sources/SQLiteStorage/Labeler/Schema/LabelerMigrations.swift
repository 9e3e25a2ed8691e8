import GRDB

/// The versions of a labeler's schema, in order. A released version is never changed.
enum LabelerMigrations {
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1 labels, moderation, and review") { db in
      try db.execute(sql: labels)
      try db.execute(sql: moderation)
      try db.execute(sql: review)
    }
    return migrator
  }

  /// Times are milliseconds since 1970.
  private static let labels = """
    CREATE TABLE secret (
      name TEXT PRIMARY KEY NOT NULL,
      value BLOB NOT NULL
    ) STRICT;

    CREATE TABLE signingKey (
      id INTEGER PRIMARY KEY,
      didKey TEXT NOT NULL UNIQUE
    ) STRICT;

    -- The current label or negation of each subject and value, and the log of the stream.
    CREATE TABLE label (
      seq INTEGER PRIMARY KEY,
      uri TEXT NOT NULL,
      val TEXT NOT NULL,
      cid TEXT,
      neg INTEGER NOT NULL,
      cts INTEGER NOT NULL,
      exp INTEGER,
      -- The signing key.
      key INTEGER NOT NULL,
      sig BLOB NOT NULL
    ) STRICT;
    -- The order of queries: by bytes, so prefixes are literal and case-sensitive.
    CREATE UNIQUE INDEX labelOfSubject ON label (uri, val);
    """
}
