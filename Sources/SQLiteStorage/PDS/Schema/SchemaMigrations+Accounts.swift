import GRDB

extension SchemaMigrations {
  /// Version 3: session scopes, app passwords, mail tokens, invite codes, and takedowns.
  static func addAccounts(_ db: Database) throws {
    try db.execute(sql: accountColumns + sessions + secrets + invites + takedowns)
  }

  private static let accountColumns = """
    ALTER TABLE account ADD COLUMN emailConfirmedAt INTEGER;
    ALTER TABLE account ADD COLUMN areInvitesDisabled INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE account ADD COLUMN deactivatedAt INTEGER;

    """

  /// Existing tokens belong to the session named by their last successor.
  private static let sessions = """
    ALTER TABLE refreshToken ADD COLUMN session TEXT NOT NULL DEFAULT '';
    ALTER TABLE refreshToken ADD COLUMN scope TEXT NOT NULL DEFAULT 'com.atproto.access';
    ALTER TABLE refreshToken ADD COLUMN appPassword TEXT;
    UPDATE refreshToken SET session = (
      WITH RECURSIVE chain (id, nextID) AS (
        SELECT refreshToken.id, refreshToken.nextID
        UNION SELECT next.id, next.nextID FROM refreshToken AS next JOIN chain
          ON next.id = chain.nextID
      )
      SELECT id FROM chain ORDER BY nextID IS NULL DESC LIMIT 1
    );
    CREATE INDEX refreshTokenOfSession ON refreshToken (session);

    """

  private static let secrets = """
    CREATE TABLE appPassword (
      did TEXT NOT NULL REFERENCES account ON DELETE CASCADE,
      name TEXT NOT NULL,
      hash BLOB NOT NULL,
      isPrivileged INTEGER NOT NULL,
      createdAt INTEGER NOT NULL,
      PRIMARY KEY (did, name)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE mailToken (
      did TEXT NOT NULL REFERENCES account ON DELETE CASCADE,
      purpose TEXT NOT NULL,
      hash BLOB NOT NULL,
      expiresAt INTEGER NOT NULL,
      PRIMARY KEY (did, purpose)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX mailTokenByHash ON mailToken (hash);

    """

  private static let invites = """
    CREATE TABLE inviteCode (
      code TEXT PRIMARY KEY NOT NULL,
      -- How many accounts can sign up with it.
      capacity INTEGER NOT NULL,
      isDisabled INTEGER NOT NULL DEFAULT 0,
      -- A DID, or 'admin'.
      forAccount TEXT NOT NULL,
      createdBy TEXT NOT NULL,
      createdAt INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX inviteCodeOfAccount ON inviteCode (forAccount);
    CREATE INDEX inviteCodeByAge ON inviteCode (createdAt, code);

    -- A use outlives the account that used the code.
    CREATE TABLE inviteUse (
      code TEXT NOT NULL REFERENCES inviteCode ON DELETE CASCADE,
      usedBy TEXT NOT NULL,
      usedAt INTEGER NOT NULL,
      PRIMARY KEY (code, usedBy)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX inviteUseByAccount ON inviteUse (usedBy);

    """

  private static let takedowns = """
    CREATE TABLE takedown (
      did TEXT NOT NULL REFERENCES account ON DELETE CASCADE,
      -- '' for the account, the CID of a blob, or the collection and key of a record.
      subject TEXT NOT NULL,
      reference TEXT NOT NULL,
      PRIMARY KEY (did, subject)
    ) STRICT, WITHOUT ROWID;
    """
}
