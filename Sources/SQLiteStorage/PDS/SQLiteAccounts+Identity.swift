import ATProtoCrypto
import ATProtoIdentity
import ATProtoSyntax
import GRDB
import PDS

extension SQLiteAccounts {
  func setHandle(_ handle: Handle, of did: DID) throws {
    try db.execute(
      sql: "UPDATE account SET handle = ? WHERE did = ?",
      arguments: [handle.string, did.string]
    )
  }

  func setSigningKey(_ key: PrivateKey, of did: DID) throws {
    try db.execute(
      sql: "UPDATE account SET signingKey = ? WHERE did = ?",
      arguments: [key.multikey, did.string]
    )
  }

  func setOperation(_ operation: PLCOperation, of did: DID) throws {
    try db.execute(
      sql: "UPDATE account SET plcOperation = ? WHERE did = ?",
      arguments: [operation.block.data, did.string]
    )
  }

  /// Reservations expire, so that reserved keys do not use space forever.
  func reserve(_ key: PrivateKey, for did: DID?) throws {
    try db.execute(
      sql: "DELETE FROM reservedKey WHERE createdAt < ?",
      arguments: [currentSeconds() - 30 * 86_400]
    )
    try db.execute(
      sql: "INSERT INTO reservedKey (publicKey, did, privateKey, createdAt) VALUES (?, ?, ?, ?)",
      arguments: [key.publicKey.didKey, did?.string, key.multikey, currentSeconds()]
    )
  }

  func reservedKey(for did: DID, orNamed key: PublicKey?) throws -> PrivateKey? {
    let text = try String.fetchOne(
      db,
      sql: """
        SELECT privateKey FROM reservedKey
        WHERE did = ? OR (did IS NULL AND publicKey = ?) ORDER BY did IS NULL LIMIT 1
        """,
      arguments: [did.string, key?.didKey]
    )
    return try text.map { try PrivateKey(multikey: $0) }
  }

  func reservedKeyCount() throws -> Int {
    try Int.fetchOne(db, sql: "SELECT count(*) FROM reservedKey") ?? 0
  }

  func removeReservedKey(_ key: PublicKey) throws {
    try db.execute(sql: "DELETE FROM reservedKey WHERE publicKey = ?", arguments: [key.didKey])
  }
}
