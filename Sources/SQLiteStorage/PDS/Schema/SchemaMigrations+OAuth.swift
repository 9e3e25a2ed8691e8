import GRDB

extension SchemaMigrations {
  /// Version 8: the authorization server.
  static func addOAuth(_ db: Database) throws {
    try db.execute(sql: requests + oauthSessions + devices + consents)
  }

  private static let requests = """
    CREATE TABLE oauthRequest (
      id TEXT PRIMARY KEY NOT NULL,
      clientID TEXT NOT NULL,
      parameters BLOB NOT NULL,
      dpopThumbprint TEXT NOT NULL,
      clientKeyID TEXT,
      clientKeyThumbprint TEXT,
      expiresAt INTEGER NOT NULL,
      network TEXT,
      device TEXT,
      did TEXT REFERENCES account ON DELETE CASCADE,
      grantedScope TEXT,
      codeHash BLOB UNIQUE,
      session TEXT
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX oauthRequestByExpiry ON oauthRequest (expiresAt);
    CREATE INDEX oauthRequestOfAccount ON oauthRequest (did) WHERE did IS NOT NULL;
    CREATE INDEX oauthRequestPending ON oauthRequest (network) WHERE codeHash IS NULL;

    """

  private static let oauthSessions = """
    CREATE TABLE oauthSession (
      id TEXT PRIMARY KEY NOT NULL,
      did TEXT NOT NULL REFERENCES account ON DELETE CASCADE,
      clientID TEXT NOT NULL,
      scope TEXT NOT NULL,
      tokenScope TEXT NOT NULL,
      dpopThumbprint TEXT NOT NULL,
      clientKeyID TEXT,
      clientKeyThumbprint TEXT,
      createdAt INTEGER NOT NULL,
      refreshedAt INTEGER NOT NULL,
      expiresAt INTEGER NOT NULL,
      accessHash BLOB NOT NULL UNIQUE,
      accessExpiresAt INTEGER NOT NULL,
      refreshHash BLOB UNIQUE,
      refreshExpiresAt INTEGER,
      -- When neither token is valid any more.
      endsAt INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX oauthSessionOfAccount ON oauthSession (did, refreshedAt);
    CREATE INDEX oauthSessionByEnd ON oauthSession (endsAt);

    -- In the order of their use.
    CREATE TABLE oauthUsedToken (
      number INTEGER PRIMARY KEY NOT NULL,
      hash BLOB NOT NULL UNIQUE,
      session TEXT NOT NULL REFERENCES oauthSession ON DELETE CASCADE,
      expiresAt INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX oauthUsedTokenOfSession ON oauthUsedToken (session, number);
    CREATE INDEX oauthUsedTokenByExpiry ON oauthUsedToken (expiresAt);

    """

  private static let devices = """
    CREATE TABLE oauthDevice (
      id TEXT PRIMARY KEY NOT NULL,
      sessionHash BLOB NOT NULL,
      previousHash BLOB,
      rotatedAt INTEGER NOT NULL,
      userAgent TEXT,
      address TEXT,
      createdAt INTEGER NOT NULL,
      seenAt INTEGER NOT NULL,
      expiresAt INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX oauthDeviceByAge ON oauthDevice (seenAt);
    CREATE INDEX oauthDeviceByExpiry ON oauthDevice (expiresAt);

    CREATE TABLE oauthSignIn (
      device TEXT NOT NULL REFERENCES oauthDevice ON DELETE CASCADE,
      did TEXT NOT NULL REFERENCES account ON DELETE CASCADE,
      authenticatedAt INTEGER NOT NULL,
      -- The only request for which it is valid.
      request TEXT,
      expiresAt INTEGER NOT NULL,
      PRIMARY KEY (device, did)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX oauthSignInOfAccount ON oauthSignIn (did);
    CREATE INDEX oauthSignInByExpiry ON oauthSignIn (expiresAt);

    """

  private static let consents = """
    CREATE TABLE oauthConsent (
      did TEXT NOT NULL REFERENCES account ON DELETE CASCADE,
      clientID TEXT NOT NULL,
      scope TEXT NOT NULL,
      grantedAt INTEGER NOT NULL,
      PRIMARY KEY (did, clientID)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE oauthUsedValue (
      hash BLOB PRIMARY KEY NOT NULL,
      expiresAt INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX oauthUsedValueByExpiry ON oauthUsedValue (expiresAt);

    CREATE TABLE oauthPermissionSet (
      nsid TEXT PRIMARY KEY NOT NULL,
      document BLOB,
      checkedAt INTEGER NOT NULL,
      resolvedAt INTEGER,
      expiresAt INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX oauthPermissionSetByExpiry ON oauthPermissionSet (expiresAt);
    """
}
