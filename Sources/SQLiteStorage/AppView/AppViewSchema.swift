import GRDB

/// The versions of an app view's schema, in order. A released version is never changed.
///
/// The ID of a record is its place in time: see ``RecordID``. So every index that ends with the ID,
/// which SQLite adds by itself, has the records of one value, one account, one word, or one target
/// already in the order in which most queries want them, and streams of IDs can be merged and
/// intersected without a sort.
///
/// Values of all fields are in one table, not in a table for each collection: a plan that changes gets
/// new field numbers instead of new tables, strangers cannot name a table or a column, and what a
/// query finds in the index is judged by the same code that judges it in memory.
enum AppViewSchema {
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1 index") { db in
      try db.execute(sql: accounts + records + links + privateTables)
    }
    return migrator
  }

  /// Times are microseconds since the Unix epoch. Text is compared by bytes.
  private static let accounts = """
    CREATE TABLE note (
      name TEXT PRIMARY KEY NOT NULL,
      text TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE cursor (
      relay TEXT PRIMARY KEY NOT NULL,
      sequence INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE account (
      id INTEGER PRIMARY KEY,
      did TEXT NOT NULL UNIQUE,
      phase TEXT NOT NULL,
      handle TEXT,
      isActive INTEGER NOT NULL,
      status TEXT,
      key TEXT,
      keyCheckedAt INTEGER,
      pds TEXT,
      rev INTEGER,
      data BLOB,
      attempts INTEGER NOT NULL,
      nextAttemptAt INTEGER NOT NULL,
      error TEXT,
      -- The handle in lower case; NULL for handle.invalid.
      name TEXT,
      isTakenDown INTEGER NOT NULL,
      isVisible INTEGER NOT NULL,
      -- Whether the counts of link groups include the account's links; see LinkCounters.
      isCounted INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX accountOrder ON account (did || '/');
    CREATE INDEX accountName ON account (name) WHERE name IS NOT NULL;
    CREATE INDEX accountToFetch ON account (nextAttemptAt)
      WHERE phase IN ('pending', 'desynchronized', 'resyncing', 'error');
    CREATE INDEX accountUncounted ON account (isVisible) WHERE isVisible != isCounted;

    CREATE TABLE phaseCount (
      phase TEXT PRIMARY KEY NOT NULL,
      count INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TRIGGER accountInserted AFTER INSERT ON account BEGIN
      INSERT INTO phaseCount VALUES (NEW.phase, 1)
        ON CONFLICT (phase) DO UPDATE SET count = count + 1;
    END;
    CREATE TRIGGER accountDeleted AFTER DELETE ON account BEGIN
      UPDATE phaseCount SET count = count - 1 WHERE phase = OLD.phase;
    END;
    CREATE TRIGGER accountChanged AFTER UPDATE OF phase ON account
    WHEN NEW.phase != OLD.phase BEGIN
      UPDATE phaseCount SET count = count - 1 WHERE phase = OLD.phase;
      INSERT INTO phaseCount VALUES (NEW.phase, 1)
        ON CONFLICT (phase) DO UPDATE SET count = count + 1;
    END;

    """

  private static let records = """
    CREATE TABLE collection (
      id INTEGER PRIMARY KEY,
      nsid TEXT NOT NULL UNIQUE,
      -- NULL without a plan.
      fingerprint TEXT,
      -- The number under which the fields of the plan are indexed, and which is never used for
      -- another plan; 0 without one.
      generation INTEGER NOT NULL,
      -- The numbers of the fields whose words are searched, separated by commas: the columns of the
      -- table of words of this generation.
      searched TEXT NOT NULL,
      -- Fields without values in the index; see UnindexedFields.
      unindexed TEXT NOT NULL,
      records INTEGER NOT NULL,
      invalid INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE record (
      id INTEGER PRIMARY KEY,
      account INTEGER NOT NULL,
      collection INTEGER NOT NULL,
      isValid INTEGER NOT NULL,
      -- Whether it is not taken down here.
      isVisible INTEGER NOT NULL,
      indexedAt INTEGER NOT NULL,
      sortAt INTEGER NOT NULL,
      -- The generation of the values and words.
      generation INTEGER NOT NULL,
      rkey TEXT NOT NULL,
      cid BLOB NOT NULL,
      -- The IDs of the groups of its links.
      groups BLOB NOT NULL,
      -- The values and words, to judge the record and to remove them again.
      entries BLOB NOT NULL,
      bytes BLOB NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX recordKey ON record (account, collection, rkey);
    CREATE INDEX recordAccount ON record (account, collection, isValid, isVisible);
    CREATE INDEX recordCollection ON record (collection, isValid, isVisible, id, account);

    -- The number of records of each account in each collection.
    CREATE TABLE holding (
      account INTEGER NOT NULL,
      collection INTEGER NOT NULL,
      records INTEGER NOT NULL,
      invalid INTEGER NOT NULL,
      -- Valid records that are taken down.
      hidden INTEGER NOT NULL,
      -- The links of all of them.
      links INTEGER NOT NULL,
      PRIMARY KEY (account, collection)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX holdingCollection ON holding (collection, account, records, invalid, hidden);

    -- One row for each value of each valid record. `field` is the generation and the number of the
    -- field. Values have their own types, so the column has none. What is present but not compared has
    -- no row.
    CREATE TABLE value (
      field INTEGER NOT NULL,
      value NOT NULL,
      record INTEGER NOT NULL,
      PRIMARY KEY (field, value, record)
    ) WITHOUT ROWID;

    """

  private static let links = """
    CREATE TABLE linkSource (
      id INTEGER PRIMARY KEY,
      collection INTEGER NOT NULL,
      path TEXT NOT NULL,
      UNIQUE (collection, path)
    ) STRICT;

    -- The links from one source to one target, and how many of them are visible.
    CREATE TABLE linkGroup (
      id INTEGER PRIMARY KEY,
      records INTEGER NOT NULL,
      accounts INTEGER NOT NULL,
      source INTEGER NOT NULL,
      -- The first eight bytes of the SHA-256 digest of the target: an index of the targets would be
      -- several times as large.
      hash INTEGER NOT NULL,
      target TEXT NOT NULL
    ) STRICT;
    CREATE INDEX linkGroupTarget ON linkGroup (hash, source);

    CREATE TABLE link (
      grouping INTEGER NOT NULL,
      account INTEGER NOT NULL,
      record INTEGER NOT NULL,
      PRIMARY KEY (grouping, account, record)
    ) STRICT, WITHOUT ROWID;
    CREATE UNIQUE INDEX linkOrder ON link (grouping, record);

    """

  private static let privateTables = """
    CREATE TABLE takedown (
      subject TEXT PRIMARY KEY NOT NULL,
      reference TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE mute (
      -- Never reused: it is a position in a list.
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      viewer TEXT NOT NULL,
      did TEXT NOT NULL,
      UNIQUE (viewer, did)
    ) STRICT;
    CREATE INDEX muteOrder ON mute (viewer);

    CREATE TABLE seen (
      viewer TEXT PRIMARY KEY NOT NULL,
      time INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    """
}
