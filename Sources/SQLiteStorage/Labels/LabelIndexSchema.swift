import GRDB

/// The versions of the schema of a label index, in order. A released version is never changed.
enum LabelIndexSchema {
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1 labels") { db in
      try db.execute(sql: tables)
    }
    return migrator
  }

  /// Times are microseconds since the Unix epoch. Text is compared by bytes.
  static let tables = """
    CREATE TABLE labelSource (
      -- Never reused: labels of a source that was removed may remain for a while.
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      did TEXT NOT NULL UNIQUE,
      cursor INTEGER NOT NULL
    ) STRICT;

    -- The labels of each state: one for each version of the subject, and the last negation, which
    -- covers all versions.
    CREATE TABLE labelState (
      uri TEXT NOT NULL,
      src INTEGER NOT NULL,
      val TEXT NOT NULL,
      neg INTEGER NOT NULL,
      cid TEXT NOT NULL,
      cts INTEGER NOT NULL,
      exp INTEGER,
      -- DAG-CBOR, as it was received.
      label BLOB NOT NULL,
      PRIMARY KEY (uri, src, val, neg, cid)
    ) STRICT, WITHOUT ROWID;
    """
}
