extension LabelerMigrations {
  /// Reports, events, and statuses. Times are milliseconds since 1970, or 0 for "never" where NULL
  /// would not be found by comparing rows.
  static let moderation = """
    CREATE TABLE moderationEvent (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      type INTEGER NOT NULL,
      createdAt INTEGER NOT NULL,
      createdBy TEXT NOT NULL,
      did TEXT NOT NULL,
      -- The AT-URI of a record; empty for the account itself.
      uri TEXT NOT NULL,
      cid TEXT,
      comment TEXT,
      externalId TEXT,
      -- The event as it was received, in DAG-CBOR.
      body BLOB NOT NULL,
      -- The files of the subject and the program that made the event, in DAG-CBOR.
      extra BLOB
    ) STRICT;
    CREATE INDEX eventOfSubject ON moderationEvent (did, uri, id);
    CREATE INDEX eventOfAccount ON moderationEvent (did, id);
    CREATE INDEX eventOfCreator ON moderationEvent (createdBy, id);
    CREATE INDEX eventOfType ON moderationEvent (type, id);
    CREATE UNIQUE INDEX eventOfExternalId ON moderationEvent (did, uri, type, externalId)
      WHERE externalId IS NOT NULL;

    CREATE TABLE subjectStatus (
      did TEXT NOT NULL,
      uri TEXT NOT NULL,
      id INTEGER NOT NULL UNIQUE,
      cid TEXT,
      -- The CIDs of files, in DAG-CBOR.
      blobs BLOB,
      reviewState INTEGER NOT NULL,
      reviewedAt INTEGER NOT NULL,
      reviewedBy TEXT,
      reportedAt INTEGER NOT NULL,
      isAppealed INTEGER NOT NULL,
      appealedAt INTEGER NOT NULL,
      takedownEvent INTEGER,
      suspendUntil INTEGER,
      muteUntil INTEGER,
      muteReportingUntil INTEGER,
      priority INTEGER NOT NULL,
      comment TEXT,
      createdAt INTEGER NOT NULL,
      updatedAt INTEGER NOT NULL,
      PRIMARY KEY (did, uri)
    ) WITHOUT ROWID, STRICT;
    CREATE INDEX statusQueue ON subjectStatus (reviewState, reportedAt, id);
    CREATE INDEX statusReported ON subjectStatus (reportedAt, id);
    CREATE INDEX statusReviewed ON subjectStatus (reviewedAt, id);
    CREATE INDEX statusPriority ON subjectStatus (priority, id);
    CREATE INDEX statusSuspended ON subjectStatus (suspendUntil) WHERE suspendUntil IS NOT NULL;

    CREATE TABLE subjectTag (
      did TEXT NOT NULL,
      uri TEXT NOT NULL,
      tag TEXT NOT NULL,
      expiresAt INTEGER,
      PRIMARY KEY (did, uri, tag)
    ) WITHOUT ROWID, STRICT;
    CREATE INDEX tagExpiry ON subjectTag (expiresAt) WHERE expiresAt IS NOT NULL;

    CREATE TABLE accountTally (
      did TEXT PRIMARY KEY NOT NULL,
      -- Unsigned varints.
      counts BLOB NOT NULL
    ) WITHOUT ROWID, STRICT;

    CREATE TABLE member (
      did TEXT PRIMARY KEY NOT NULL,
      role INTEGER NOT NULL,
      isDisabled INTEGER NOT NULL,
      createdAt INTEGER NOT NULL,
      updatedAt INTEGER NOT NULL,
      updatedBy TEXT NOT NULL
    ) WITHOUT ROWID, STRICT;

    CREATE TABLE push (
      target TEXT NOT NULL,
      -- A DID; or an AT-URI or a DID and a CID, separated by a space.
      subject TEXT NOT NULL,
      event INTEGER NOT NULL,
      isApplied INTEGER NOT NULL,
      attempts INTEGER NOT NULL,
      dueAt INTEGER,
      confirmedAt INTEGER,
      error TEXT,
      PRIMARY KEY (subject, target)
    ) WITHOUT ROWID, STRICT;
    CREATE INDEX pushDue ON push (target, dueAt) WHERE dueAt IS NOT NULL;

    CREATE TABLE subjectRecord (
      uri TEXT NOT NULL,
      cid TEXT NOT NULL,
      -- DAG-CBOR.
      value BLOB NOT NULL,
      fetchedAt INTEGER NOT NULL,
      PRIMARY KEY (uri, cid)
    ) WITHOUT ROWID, STRICT;

    """
}
