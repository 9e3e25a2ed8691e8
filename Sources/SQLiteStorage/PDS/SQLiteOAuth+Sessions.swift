import ATProtoSyntax
import Foundation
import GRDB
import PDS

extension SQLiteOAuth {
  private static let columns = """
    id, did, clientID, scope, tokenScope, dpopThumbprint, clientKeyID, clientKeyThumbprint,
    createdAt, refreshedAt, expiresAt, accessHash, accessExpiresAt, refreshHash, refreshExpiresAt,
    endsAt
    """

  func set(_ session: OAuthSession) throws {
    // Replacing the row would delete its used tokens.
    try run(
      """
      INSERT INTO oauthSession (\(Self.columns))
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET
        did = excluded.did, clientID = excluded.clientID, scope = excluded.scope,
        tokenScope = excluded.tokenScope, dpopThumbprint = excluded.dpopThumbprint,
        clientKeyID = excluded.clientKeyID, clientKeyThumbprint = excluded.clientKeyThumbprint,
        createdAt = excluded.createdAt, refreshedAt = excluded.refreshedAt,
        expiresAt = excluded.expiresAt, accessHash = excluded.accessHash,
        accessExpiresAt = excluded.accessExpiresAt, refreshHash = excluded.refreshHash,
        refreshExpiresAt = excluded.refreshExpiresAt, endsAt = excluded.endsAt
      """,
      [
        session.id, session.did.string, session.clientID, session.scope, session.tokenScope,
        session.binding.dpopThumbprint, session.binding.clientKeyID,
        session.binding.clientKeyThumbprint, session.createdAt, session.refreshedAt,
        session.expiresAt, session.accessHash.data, session.accessExpiresAt,
        session.refresh?.hash.data, session.refresh?.expiresAt, session.endsAt,
      ]
    )
  }

  func session(_ id: String) throws -> OAuthSession? {
    try session(where: "id = ?", [id])
  }

  func session(access hash: [UInt8]) throws -> OAuthSession? {
    try session(where: "accessHash = ?", [hash.data])
  }

  // A query of its own: reading the whole session took a twentieth of the time of a write.
  func grant(access hash: [UInt8]) throws -> OAuthGrant? {
    try row(
      """
      SELECT did, tokenScope, dpopThumbprint, min(expiresAt, accessExpiresAt)
      FROM oauthSession WHERE accessHash = ?
      """,
      [hash.data]
    ).map { row in
      OAuthGrant(did: try DID(row[0]), scope: row[1], dpopThumbprint: row[2], expiresAt: row[3])
    }
  }

  func session(refresh hash: [UInt8]) throws -> OAuthSession? {
    try session(where: "refreshHash = ?", [hash.data])
      ?? session(where: "id = (SELECT session FROM oauthUsedToken WHERE hash = ?)", [hash.data])
  }

  private func session(
    where condition: String,
    _ arguments: StatementArguments
  ) throws -> OAuthSession? {
    try row("SELECT \(Self.columns) FROM oauthSession WHERE \(condition)", arguments)
      .map(OAuthSession.init)
  }

  func sessions(of did: DID) throws -> [OAuthSession] {
    try rows(
      "SELECT \(Self.columns) FROM oauthSession WHERE did = ? ORDER BY createdAt DESC, id",
      [did.string]
    ).map(OAuthSession.init)
  }

  func addUsedRefreshToken(_ hash: [UInt8], session id: String, expiresAt: Int) throws {
    try run(
      "INSERT OR REPLACE INTO oauthUsedToken (hash, session, expiresAt) VALUES (?, ?, ?)",
      [hash.data, id, expiresAt]
    )
    try run(
      """
      DELETE FROM oauthUsedToken WHERE session = ? AND number <= (
        SELECT number FROM oauthUsedToken WHERE session = ?
        ORDER BY number DESC LIMIT 1 OFFSET ?
      )
      """,
      [id, id, OAuthBounds.usedRefreshTokensPerSession]
    )
  }

  func endSession(_ id: String) throws {
    try run("DELETE FROM oauthSession WHERE id = ?", [id])
  }

  func endSessions(of did: DID) throws {
    try run("DELETE FROM oauthSession WHERE did = ?", [did.string])
  }

  func endSessions(of did: DID, keeping count: Int) throws {
    try run(
      """
      DELETE FROM oauthSession WHERE id IN (
        SELECT id FROM oauthSession WHERE did = ? ORDER BY refreshedAt DESC, id LIMIT -1 OFFSET ?
      )
      """,
      [did.string, count]
    )
  }
}

extension OAuthSession {
  /// By position, in the order of the columns: every call of a client reads its session, and GRDB
  /// compares the name of a column with all names before it.
  fileprivate init(_ row: Row) throws {
    var refresh: OAuthRefreshToken?
    if let hash = row[13] as Data?, let expiresAt = row[14] as Int? {
      refresh = OAuthRefreshToken(hash: [UInt8](hash), expiresAt: expiresAt)
    }
    self.init(
      id: row[0],
      did: try DID(row[1]),
      clientID: row[2],
      scope: row[3],
      tokenScope: row[4],
      binding: OAuthBinding(
        dpopThumbprint: row[5],
        clientKeyID: row[6],
        clientKeyThumbprint: row[7]
      ),
      createdAt: row[8],
      refreshedAt: row[9],
      expiresAt: row[10],
      accessHash: [UInt8](row[11] as Data),
      accessExpiresAt: row[12],
      refresh: refresh
    )
  }
}
