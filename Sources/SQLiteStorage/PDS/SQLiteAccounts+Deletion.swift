import ATProtoSyntax
import GRDB
import PDS

extension SQLiteAccounts {
  func setDeleteAfter(_ seconds: Int?, of did: DID) throws {
    try db.execute(
      sql: "UPDATE account SET deleteAfter = ? WHERE did = ?",
      arguments: [seconds, did.string]
    )
  }

  func scheduledDeletions(deleteBefore: Int, deactivatedBefore: Int, limit: Int) throws -> [DID] {
    try String.fetchAll(
      db,
      sql: """
        SELECT did FROM account
        WHERE isDeactivated AND deleteAfter < ? AND deactivatedAt < ? LIMIT ?
        """,
      arguments: [deleteBefore, deactivatedBefore, limit]
    ).map { try DID($0) }
  }
}
