import ATProtoSyntax
import GRDB
import Relay

struct SQLiteRelayAccounts: AccountStore {
  let db: Database

  func upsert(_ rows: [AccountRow], keepsIdentity: Bool) throws {
    let statement = try db.cachedStatement(
      sql: """
        INSERT INTO account
          (id, did, host, local, upstream, phase, rev, data, head, key, keyCheckedAt, pds)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11,
          nullif(?12, (SELECT name FROM host WHERE id = ?3)))
        ON CONFLICT (id) DO UPDATE SET
          host = excluded.host, local = excluded.local, upstream = excluded.upstream,
          phase = excluded.phase, rev = excluded.rev, data = excluded.data, head = excluded.head
          \(keepsIdentity ? "" : Self.identity)
        """
    )
    for row in rows { try statement.execute(arguments: row.columns) }
  }

  private static let identity =
    ", key = excluded.key, keyCheckedAt = excluded.keyCheckedAt, pds = excluded.pds"

  private static let select =
    "SELECT a.*, h.name FROM account AS a LEFT JOIN host AS h ON h.id = a.host"

  func row(of did: DID) throws -> AccountRow? {
    try Row.fetchOne(
      db.cachedStatement(sql: "\(Self.select) WHERE a.did = ?"),
      arguments: [did.string]
    ).map(AccountRow.init)
  }

  func row(_ id: AccountID) throws -> AccountRow? {
    try Row.fetchOne(
      db.cachedStatement(sql: "\(Self.select) WHERE a.id = ?"),
      arguments: [id.rawValue]
    ).map(AccountRow.init)
  }

  func page(after id: AccountID?, limit: Int) throws -> [AccountRow] {
    try rows("a.id > ?", [id?.rawValue ?? 0, limit])
  }

  func throttled(on host: HostID, limit: Int) throws -> [AccountRow] {
    try rows("a.host = ? AND a.local = 2", [host.rawValue, limit])
  }

  func takenDown(after id: AccountID?, limit: Int) throws -> [AccountRow] {
    try rows("a.local = 1 AND a.id > ?", [id?.rawValue ?? 0, limit])
  }

  func unsynchronized(after id: AccountID?, limit: Int) throws -> [AccountRow] {
    try rows("a.phase <> 0 AND a.id > ?", [id?.rawValue ?? 0, limit])
  }

  private func rows(_ condition: String, _ arguments: StatementArguments) throws -> [AccountRow] {
    try Row.fetchAll(
      db.cachedStatement(sql: "\(Self.select) WHERE \(condition) ORDER BY a.id LIMIT ?"),
      arguments: arguments
    ).map(AccountRow.init)
  }

  func liveCounts() throws -> [HostID: Int] {
    try counts("upstream IS NOT 'deleted'")
  }

  func throttledCounts() throws -> [HostID: Int] {
    try counts("local = 2")
  }

  private func counts(_ condition: String) throws -> [HostID: Int] {
    let rows = try Row.fetchAll(
      db,
      sql: "SELECT host, count(*) AS count FROM account WHERE \(condition) GROUP BY host"
    )
    return Dictionary(
      uniqueKeysWithValues: rows.map { (HostID(rawValue: $0["host"]), $0["count"] as Int) }
    )
  }

  func maximumID() throws -> AccountID? {
    try UInt32.fetchOne(db, sql: "SELECT max(id) FROM account").map { AccountID(rawValue: $0) }
  }
}
