import ATProtoSyntax
import GRDB
import PDS

extension SQLiteOAuth {
  private static let columns = """
    id, clientID, parameters, dpopThumbprint, clientKeyID, clientKeyThumbprint, expiresAt, network,
    device, did, grantedScope, codeHash, session
    """

  func set(_ request: OAuthRequest) throws {
    try run(
      """
      INSERT OR REPLACE INTO oauthRequest (\(Self.columns))
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        request.id, request.clientID, request.parameters.data, request.binding.dpopThumbprint,
        request.binding.clientKeyID, request.binding.clientKeyThumbprint, request.expiresAt,
        request.network, request.device, request.did?.string, request.grantedScope,
        request.codeHash?.data, request.session,
      ]
    )
  }

  func request(_ id: String) throws -> OAuthRequest? {
    try row("SELECT \(Self.columns) FROM oauthRequest WHERE id = ?", [id]).map(OAuthRequest.init)
  }

  func request(code hash: [UInt8]) throws -> OAuthRequest? {
    try row("SELECT \(Self.columns) FROM oauthRequest WHERE codeHash = ?", [hash.data])
      .map(OAuthRequest.init)
  }

  func removeRequest(_ id: String) throws {
    try run("DELETE FROM oauthRequest WHERE id = ?", [id])
  }

  func removeRequests(of did: DID) throws {
    try run("DELETE FROM oauthRequest WHERE did = ?", [did.string])
  }

  func pendingRequestCount(from network: String?) throws -> Int {
    guard let network else {
      return try count("SELECT count(*) FROM oauthRequest WHERE codeHash IS NULL", [])
    }
    return try count(
      "SELECT count(*) FROM oauthRequest WHERE codeHash IS NULL AND network = ?",
      [network]
    )
  }
}

extension OAuthRequest {
  fileprivate init(_ row: Row) throws {
    self.init(
      id: row["id"],
      clientID: row["clientID"],
      parameters: row.bytes("parameters"),
      binding: OAuthBinding(row),
      expiresAt: row["expiresAt"],
      network: row["network"]
    )
    device = row["device"]
    did = try (row["did"] as String?).map { try DID($0) }
    grantedScope = row["grantedScope"]
    codeHash = row.bytesIfPresent("codeHash")
    session = row["session"]
  }
}

extension OAuthBinding {
  init(_ row: Row) {
    self.init(
      dpopThumbprint: row["dpopThumbprint"],
      clientKeyID: row["clientKeyID"],
      clientKeyThumbprint: row["clientKeyThumbprint"]
    )
  }
}
