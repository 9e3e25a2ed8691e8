import ATProtoSyntax
import GRDB
import PDS

struct SQLiteOAuth: OAuthStore {
  let db: Database

  /// What expires: tables without dependents first, so that none is counted twice.
  private static let expiring: [(table: String, key: String, expiry: String)] = [
    ("oauthRequest", "id", "expiresAt"), ("oauthUsedToken", "number", "expiresAt"),
    ("oauthSession", "id", "endsAt"), ("oauthSignIn", "(device, did)", "expiresAt"),
    ("oauthDevice", "id", "expiresAt"), ("oauthUsedValue", "hash", "expiresAt"),
    ("oauthPermissionSet", "nsid", "expiresAt"),
  ]

  func removeExpired(at seconds: Int, limit: Int) throws -> Bool {
    var isMore = false
    for (table, key, expiry) in Self.expiring {
      let columns = key.filter { $0 != "(" && $0 != ")" }
      try db.execute(
        sql: """
          DELETE FROM \(table) WHERE \(key) IN (
            SELECT \(columns) FROM \(table) WHERE \(expiry) <= ? LIMIT ?
          )
          """,
        arguments: [seconds, limit]
      )
      if db.changesCount == limit { isMore = true }
    }
    return isMore
  }

  /// Runs a statement that is used often.
  func run(_ sql: String, _ arguments: StatementArguments) throws {
    try db.cachedStatement(sql: sql).execute(arguments: arguments)
  }

  func row(_ sql: String, _ arguments: StatementArguments) throws -> Row? {
    try Row.fetchOne(db.cachedStatement(sql: sql), arguments: arguments)
  }

  func rows(_ sql: String, _ arguments: StatementArguments) throws -> [Row] {
    try Row.fetchAll(db.cachedStatement(sql: sql), arguments: arguments)
  }

  func count(_ sql: String, _ arguments: StatementArguments) throws -> Int {
    try Int.fetchOne(db.cachedStatement(sql: sql), arguments: arguments) ?? 0
  }
}

// MARK: Values that may be used once

extension SQLiteOAuth {
  func useOnce(_ hash: [UInt8], until expiresAt: Int, at seconds: Int) throws -> Bool {
    try run(
      """
      INSERT INTO oauthUsedValue (hash, expiresAt) VALUES (?, ?)
      ON CONFLICT (hash) DO UPDATE SET expiresAt = excluded.expiresAt WHERE expiresAt <= ?
      """,
      [hash.data, expiresAt, seconds]
    )
    return db.changesCount == 1
  }
}

// MARK: Permission sets

extension SQLiteOAuth {
  func permissionSet(_ nsid: NSID) throws -> StoredPermissionSet? {
    try row(
      """
      SELECT document, checkedAt, resolvedAt, expiresAt FROM oauthPermissionSet WHERE nsid = ?
      """,
      [nsid.string]
    ).map { row in
      StoredPermissionSet(
        nsid: nsid,
        document: row.bytesIfPresent("document"),
        checkedAt: row["checkedAt"],
        resolvedAt: row["resolvedAt"],
        expiresAt: row["expiresAt"]
      )
    }
  }

  func set(_ set: StoredPermissionSet) throws {
    try run(
      """
      INSERT OR REPLACE INTO oauthPermissionSet
        (nsid, document, checkedAt, resolvedAt, expiresAt)
      VALUES (?, ?, ?, ?, ?)
      """,
      [set.nsid.string, set.document?.data, set.checkedAt, set.resolvedAt, set.expiresAt]
    )
  }

  func permissionSetCount() throws -> Int {
    try count("SELECT count(*) FROM oauthPermissionSet", [])
  }
}
