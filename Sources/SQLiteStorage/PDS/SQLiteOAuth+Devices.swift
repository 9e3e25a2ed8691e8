import ATProtoSyntax
import GRDB
import PDS

extension SQLiteOAuth {
  private static let columns = """
    id, sessionHash, previousHash, rotatedAt, userAgent, address, createdAt, seenAt, expiresAt
    """

  func set(_ device: OAuthDevice) throws {
    // Replacing the row would delete its sign-ins.
    try run(
      """
      INSERT INTO oauthDevice (\(Self.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET
        sessionHash = excluded.sessionHash, previousHash = excluded.previousHash,
        rotatedAt = excluded.rotatedAt, userAgent = excluded.userAgent,
        address = excluded.address, createdAt = excluded.createdAt, seenAt = excluded.seenAt,
        expiresAt = excluded.expiresAt
      """,
      [
        device.id, device.sessionHash.data, device.previousHash?.data, device.rotatedAt,
        device.userAgent, device.address, device.createdAt, device.seenAt, device.expiresAt,
      ]
    )
  }

  func device(_ id: String) throws -> OAuthDevice? {
    try row("SELECT \(Self.columns) FROM oauthDevice WHERE id = ?", [id]).map(OAuthDevice.init)
  }

  func removeDevice(_ id: String) throws {
    try run("DELETE FROM oauthDevice WHERE id = ?", [id])
  }

  func removeUnusedDevices(keeping count: Int) throws {
    try run(
      """
      DELETE FROM oauthDevice WHERE id IN (
        SELECT id FROM oauthDevice
        WHERE NOT EXISTS (SELECT 1 FROM oauthSignIn WHERE device = oauthDevice.id)
        ORDER BY seenAt DESC, id LIMIT -1 OFFSET ?
      )
      """,
      [count]
    )
  }

  func devices(of did: DID) throws -> [OAuthDevice] {
    try rows(
      """
      SELECT \(Self.columns) FROM oauthDevice
      WHERE id IN (SELECT device FROM oauthSignIn WHERE did = ?) ORDER BY seenAt DESC, id
      """,
      [did.string]
    ).map(OAuthDevice.init)
  }
}

// MARK: Sign-ins

extension SQLiteOAuth {
  func set(_ signIn: OAuthSignIn) throws {
    try run(
      """
      INSERT OR REPLACE INTO oauthSignIn (device, did, authenticatedAt, request, expiresAt)
      VALUES (?, ?, ?, ?, ?)
      """,
      [
        signIn.device, signIn.did.string, signIn.authenticatedAt, signIn.request, signIn.expiresAt,
      ]
    )
  }

  func signIns(on device: String) throws -> [OAuthSignIn] {
    try rows(
      """
      SELECT device, did, authenticatedAt, request, expiresAt FROM oauthSignIn
      WHERE device = ? ORDER BY authenticatedAt DESC, did
      """,
      [device]
    ).map(OAuthSignIn.init)
  }

  func removeSignIn(of did: DID, on device: String) throws {
    try run("DELETE FROM oauthSignIn WHERE device = ? AND did = ?", [device, did.string])
  }

  func removeSignIns(of did: DID) throws {
    try run("DELETE FROM oauthSignIn WHERE did = ?", [did.string])
  }

  func removeSignIns(of did: DID, keeping count: Int) throws {
    try run(
      """
      DELETE FROM oauthSignIn WHERE did = ? AND device IN (
        SELECT device FROM oauthSignIn WHERE did = ?
        ORDER BY authenticatedAt DESC, device LIMIT -1 OFFSET ?
      )
      """,
      [did.string, did.string, count]
    )
  }
}

// MARK: Consents

extension SQLiteOAuth {
  func set(_ consent: OAuthConsent) throws {
    try run(
      """
      INSERT OR REPLACE INTO oauthConsent (did, clientID, scope, grantedAt) VALUES (?, ?, ?, ?)
      """,
      [consent.did.string, consent.clientID, consent.scope, consent.grantedAt]
    )
  }

  func consent(of did: DID, to client: String) throws -> OAuthConsent? {
    try row(
      "SELECT scope, grantedAt FROM oauthConsent WHERE did = ? AND clientID = ?",
      [did.string, client]
    ).map { row in
      OAuthConsent(
        did: did,
        clientID: client,
        scope: row["scope"],
        grantedAt: row["grantedAt"]
      )
    }
  }

  func consents(of did: DID) throws -> [OAuthConsent] {
    try rows(
      """
      SELECT clientID, scope, grantedAt FROM oauthConsent WHERE did = ?
      ORDER BY grantedAt DESC, clientID
      """,
      [did.string]
    ).map { row in
      OAuthConsent(
        did: did,
        clientID: row["clientID"],
        scope: row["scope"],
        grantedAt: row["grantedAt"]
      )
    }
  }

  func removeConsent(of did: DID, to client: String) throws {
    try run("DELETE FROM oauthConsent WHERE did = ? AND clientID = ?", [did.string, client])
  }

  func removeConsents(of did: DID) throws {
    try run("DELETE FROM oauthConsent WHERE did = ?", [did.string])
  }

  func removeConsents(of did: DID, keeping count: Int) throws {
    try run(
      """
      DELETE FROM oauthConsent WHERE did = ? AND clientID IN (
        SELECT clientID FROM oauthConsent WHERE did = ?
        ORDER BY grantedAt DESC, clientID LIMIT -1 OFFSET ?
      )
      """,
      [did.string, did.string, count]
    )
  }
}

extension OAuthDevice {
  fileprivate init(_ row: Row) {
    self.init(
      id: row["id"],
      sessionHash: row.bytes("sessionHash"),
      previousHash: row.bytesIfPresent("previousHash"),
      rotatedAt: row["rotatedAt"],
      userAgent: row["userAgent"],
      address: row["address"],
      createdAt: row["createdAt"],
      seenAt: row["seenAt"],
      expiresAt: row["expiresAt"]
    )
  }
}

extension OAuthSignIn {
  fileprivate init(_ row: Row) throws {
    self.init(
      device: row["device"],
      did: try DID(row["did"]),
      authenticatedAt: row["authenticatedAt"],
      request: row["request"],
      expiresAt: row["expiresAt"]
    )
  }
}
