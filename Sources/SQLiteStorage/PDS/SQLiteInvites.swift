import ATProtoSyntax
import GRDB
import PDS

struct SQLiteInvites: InviteStore {
  let db: Database

  private static let columns = "code, capacity, isDisabled, forAccount, createdBy, createdAt"

  func insert(_ code: InviteCode) throws {
    try db.execute(
      sql: """
        INSERT INTO inviteCode (\(Self.columns)) VALUES (?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        code.code, code.capacity, code.isDisabled, code.forAccount, code.createdBy, code.createdAt,
      ]
    )
  }

  func code(_ code: String) throws -> InviteCode? {
    try fetch("SELECT \(Self.columns) FROM inviteCode WHERE code = ?", [code]).first
  }

  func use(_ code: String, by did: DID, at seconds: Int) throws {
    try db.execute(
      sql: "INSERT INTO inviteUse (code, usedBy, usedAt) VALUES (?, ?, ?)",
      arguments: [code, did.string, seconds]
    )
  }

  func codes(of account: String) throws -> [InviteCode] {
    try fetch(
      """
      SELECT \(Self.columns) FROM inviteCode WHERE forAccount = ? ORDER BY createdAt DESC, code
      """,
      [account]
    )
  }

  func code(usedBy did: DID) throws -> InviteCode? {
    try fetch(
      """
      SELECT \(Self.columns) FROM inviteCode
      WHERE code = (SELECT code FROM inviteUse WHERE usedBy = ? ORDER BY usedAt DESC LIMIT 1)
      """,
      [did.string]
    ).first
  }

  func disable(_ codes: [String], of accounts: [String]) throws {
    for code in codes {
      try db.execute(
        sql: "UPDATE inviteCode SET isDisabled = 1 WHERE code = ?",
        arguments: [code]
      )
    }
    for account in accounts {
      try db.execute(
        sql: "UPDATE inviteCode SET isDisabled = 1 WHERE forAccount = ?",
        arguments: [account]
      )
    }
  }

  func page(_ order: InviteOrder, after cursor: InviteCursor?, limit: Int) throws -> [InviteCode] {
    let key =
      switch order {
      case .recent: "createdAt"
      case .usage: "(SELECT count(*) FROM inviteUse WHERE inviteUse.code = inviteCode.code)"
      }
    return try fetch(
      """
      SELECT \(Self.columns) FROM inviteCode WHERE (\(key), code) < (?, ?)
      ORDER BY \(key) DESC, code DESC LIMIT ?
      """,
      // Codes are ASCII, so this sorts after all of them.
      [cursor?.primary ?? Int.max, cursor?.code ?? "\u{10ffff}", limit]
    )
  }

  private func fetch(_ sql: String, _ arguments: StatementArguments) throws -> [InviteCode] {
    try Row.fetchAll(db, sql: sql, arguments: arguments).map { row in
      let code = row["code"] as String
      return InviteCode(
        code: code,
        capacity: row["capacity"],
        isDisabled: row["isDisabled"],
        forAccount: row["forAccount"],
        createdBy: row["createdBy"],
        createdAt: row["createdAt"],
        uses: try uses(of: code)
      )
    }
  }

  private func uses(of code: String) throws -> [InviteUse] {
    try Row.fetchAll(
      db.cachedStatement(
        sql: "SELECT usedBy, usedAt FROM inviteUse WHERE code = ? ORDER BY usedAt DESC, usedBy"
      ),
      arguments: [code]
    ).map { row in InviteUse(usedBy: try DID(row["usedBy"]), usedAt: row["usedAt"]) }
  }
}
