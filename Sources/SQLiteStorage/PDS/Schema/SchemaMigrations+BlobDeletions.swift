import GRDB

extension SchemaMigrations {
  /// Version 7: events by any key, and marks for blobs whose bytes are being deleted.
  static func addBlobDeletions(_ db: Database) throws {
    try db.execute(
      sql: """
        ALTER TABLE event RENAME COLUMN did TO key;

        CREATE TABLE blobDeletion (
          cid TEXT PRIMARY KEY NOT NULL,
          -- Names one attempt.
          generation INTEGER NOT NULL,
          isFinished INTEGER NOT NULL,
          -- Seconds since 1970.
          changedAt INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        """
    )
  }
}
