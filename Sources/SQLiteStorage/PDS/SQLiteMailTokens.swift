import ATProtoSyntax
import GRDB
import PDS

struct SQLiteMailTokens: MailTokenStore {
  let db: Database

  func set(_ entry: MailTokenEntry, _ purpose: MailTokenPurpose) throws {
    try db.execute(
      sql: """
        INSERT OR REPLACE INTO mailToken (did, purpose, hash, expiresAt) VALUES (?, ?, ?, ?)
        """,
      arguments: [entry.did.string, purpose.rawValue, entry.hash.data, entry.expiresAt]
    )
  }

  func entry(_ purpose: MailTokenPurpose, of did: DID) throws -> MailTokenEntry? {
    try fetch("purpose = ? AND did = ?", [purpose.rawValue, did.string])
  }

  func entry(_ purpose: MailTokenPurpose, hash: [UInt8]) throws -> MailTokenEntry? {
    try fetch("purpose = ? AND hash = ?", [purpose.rawValue, hash.data])
  }

  private func fetch(
    _ condition: String,
    _ arguments: StatementArguments
  ) throws -> MailTokenEntry? {
    let row = try Row.fetchOne(
      db,
      sql: "SELECT did, hash, expiresAt FROM mailToken WHERE \(condition)",
      arguments: arguments
    )
    return try row.map { row in
      MailTokenEntry(
        did: try DID(row["did"]),
        hash: row.bytes("hash"),
        expiresAt: row["expiresAt"]
      )
    }
  }

  func remove(_ purpose: MailTokenPurpose, of did: DID) throws {
    try db.execute(
      sql: "DELETE FROM mailToken WHERE did = ? AND purpose = ?",
      arguments: [did.string, purpose.rawValue]
    )
  }

  func removeAll(of did: DID) throws {
    try db.execute(sql: "DELETE FROM mailToken WHERE did = ?", arguments: [did.string])
  }
}
