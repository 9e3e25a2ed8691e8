import GRDB

/// The versions of a relay's schema, in order. A released version is never changed.
enum RelaySchema {
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1 hosts and accounts") { db in
      try db.execute(sql: hosts + accounts + collections)
    }
    return migrator
  }

  /// Times are microseconds since the Unix epoch.
  private static let hosts = """
    CREATE TABLE host (
      id INTEGER PRIMARY KEY,
      name TEXT NOT NULL UNIQUE,
      usesTLS INTEGER NOT NULL,
      createdAt INTEGER NOT NULL,
      status TEXT NOT NULL,
      cursor INTEGER,
      -- Ranges of finished numbers after the cursor: pairs of 64-bit integers, little-endian.
      ahead BLOB NOT NULL DEFAULT x'',
      accountLimit INTEGER,
      failures INTEGER NOT NULL DEFAULT 0,
      nextAttemptAt INTEGER,
      alertsSilenced INTEGER NOT NULL DEFAULT 0,
      alertedAt INTEGER,
      -- Since when the host refuses its cursor.
      refusedAt INTEGER,
      -- Whether anyone could request the host, and not only the operator.
      isPublic INTEGER NOT NULL DEFAULT 0
    ) STRICT;

    CREATE TABLE domainBan (
      domain TEXT PRIMARY KEY NOT NULL,
      createdAt INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE checkpoint (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      appliedSequence INTEGER NOT NULL
    ) STRICT;

    """

  private static let accounts = """
    CREATE TABLE account (
      id INTEGER PRIMARY KEY,
      did TEXT NOT NULL UNIQUE,
      host INTEGER NOT NULL,
      local INTEGER NOT NULL DEFAULT 0,
      -- NULL: active. Otherwise the status; after a plus sign if the account is active.
      upstream TEXT,
      phase INTEGER NOT NULL DEFAULT 0,
      rev INTEGER,
      -- The SHA-256 digests of the root of the tree and of the commit.
      data BLOB,
      head BLOB,
      -- A byte for the curve, and the compressed point.
      key BLOB,
      keyCheckedAt INTEGER,
      -- The host of the PDS in the DID document, if it is not that of the account.
      pds TEXT
    ) STRICT;
    CREATE INDEX accountThrottled ON account (host, id) WHERE local = 2;
    CREATE INDEX accountTakenDown ON account (id) WHERE local = 1;
    CREATE INDEX accountLive ON account (host) WHERE upstream IS NOT 'deleted';
    CREATE INDEX accountDesynchronized ON account (id) WHERE phase <> 0;

    """

  private static let collections = """
    CREATE TABLE collection (
      id INTEGER PRIMARY KEY,
      nsid TEXT NOT NULL UNIQUE
    ) STRICT;

    CREATE TABLE collectionAccount (
      collection INTEGER NOT NULL,
      account INTEGER NOT NULL,
      PRIMARY KEY (collection, account)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX accountCollection ON collectionAccount (account, collection);
    """
}
