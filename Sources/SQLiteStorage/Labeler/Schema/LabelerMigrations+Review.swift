extension LabelerMigrations {
  /// The sessions of moderators on the review page.
  static let review = """
    CREATE TABLE reviewSession (
      -- The SHA-256 of the cookie's value.
      hash BLOB PRIMARY KEY NOT NULL,
      did TEXT NOT NULL,
      createdAt INTEGER NOT NULL,
      expiresAt INTEGER NOT NULL
    ) WITHOUT ROWID, STRICT;
    CREATE INDEX reviewSessionExpiry ON reviewSession (expiresAt);
    """
}
