import GRDB

extension SchemaMigrations {
  /// Version 2: account status, blobs, the firehose, and blocks in the order in which an export reads
  /// them.
  static func addStorage(_ db: Database) throws {
    try db.execute(sql: status + blocks + blobs + events)
  }

  private static let status = """
    ALTER TABLE account ADD COLUMN isDeactivated INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE account ADD COLUMN isSuspended INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE account ADD COLUMN isTakenDown INTEGER NOT NULL DEFAULT 0;

    """

  private static let blocks = """
    ALTER TABLE block RENAME TO oldBlock;
    CREATE TABLE block (
      did TEXT NOT NULL REFERENCES account ON DELETE CASCADE,
      -- The revision that added the block.
      rev TEXT NOT NULL,
      cid BLOB NOT NULL,
      bytes BLOB NOT NULL,
      PRIMARY KEY (did, rev, cid)
    ) STRICT, WITHOUT ROWID;
    CREATE UNIQUE INDEX blockByCID ON block (did, cid);
    INSERT INTO block (did, rev, cid, bytes) SELECT did, rev, cid, bytes FROM oldBlock;
    DROP TABLE oldBlock;

    """

  private static let blobs = """
    -- CIDs of blobs are text because pages of them are ordered by their text.
    CREATE TABLE blob (
      did TEXT NOT NULL REFERENCES account ON DELETE CASCADE,
      cid TEXT NOT NULL,
      mimeType TEXT NOT NULL,
      size INTEGER NOT NULL,
      uploadedAt INTEGER NOT NULL,
      isTakenDown INTEGER NOT NULL DEFAULT 0,
      PRIMARY KEY (did, cid)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX blobByCID ON blob (cid);
    CREATE INDEX blobByAge ON blob (uploadedAt);

    CREATE TABLE blobReference (
      did TEXT NOT NULL REFERENCES account ON DELETE CASCADE,
      collection TEXT NOT NULL,
      rkey TEXT NOT NULL,
      cid TEXT NOT NULL,
      -- The revision that wrote the record.
      rev TEXT NOT NULL,
      PRIMARY KEY (did, collection, rkey, cid)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX blobReferenceByCID ON blobReference (did, cid);

    """

  private static let events = """
    CREATE TABLE event (
      seq INTEGER PRIMARY KEY NOT NULL,
      did TEXT NOT NULL,
      -- Milliseconds since 1970.
      time INTEGER NOT NULL,
      frame BLOB NOT NULL
    ) STRICT;
    CREATE INDEX eventOfAccount ON event (did);
    """
}
