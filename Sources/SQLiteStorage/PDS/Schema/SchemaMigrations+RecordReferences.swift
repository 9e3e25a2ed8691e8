import GRDB

extension SchemaMigrations {
  /// Version 9: blob references by record instead of by path. A repository can have one record at
  /// thousands of paths, and a row for each of them and each of its blobs would multiply the size of
  /// an import.
  static func addRecordReferences(_ db: Database) throws {
    try db.execute(
      sql: """
        ALTER TABLE blobReference RENAME TO oldBlobReference;
        DROP INDEX blobReferenceByCID;
        CREATE TABLE blobReference (
          did TEXT NOT NULL REFERENCES account ON DELETE CASCADE,
          -- The record, as in the table of records.
          record BLOB NOT NULL,
          cid TEXT NOT NULL,
          -- The latest revision that wrote the record.
          rev TEXT NOT NULL,
          PRIMARY KEY (did, record, cid)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO blobReference (did, record, cid, rev)
        SELECT did, record.cid, oldBlobReference.cid, max(oldBlobReference.rev)
        FROM oldBlobReference JOIN record USING (did, collection, rkey)
        GROUP BY did, record.cid, oldBlobReference.cid;
        DROP TABLE oldBlobReference;
        CREATE INDEX blobReferenceByCID ON blobReference (did, cid, rev DESC);
        """
    )
  }
}
