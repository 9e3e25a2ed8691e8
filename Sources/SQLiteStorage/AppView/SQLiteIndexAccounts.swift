import ATProtoSyntax
import AppView
import GRDB
import VerifiedSync

struct SQLiteIndexAccounts: AccountReading {
  let tables: IndexTables

  private func accounts(
    _ sql: String,
    _ arguments: StatementArguments
  ) throws -> [IndexedAccount] {
    try Row.fetchAll(tables.db.cachedStatement(sql: sql), arguments: arguments).map { row in
      IndexedAccount(try TrackedRepository(row), isTakenDown: row["isTakenDown"])
    }
  }

  func account(_ did: DID) throws -> IndexedAccount? {
    try accounts("SELECT * FROM account WHERE did = ?", [did.string]).first
  }

  func accounts(_ dids: [DID]) throws -> [DID: IndexedAccount] {
    var found: [DID: IndexedAccount] = [:]
    for did in dids where found[did] == nil { found[did] = try account(did) }
    return found
  }

  func visibleCount(_ dids: [DID]) throws -> Int {
    try Set(dids).count { try tables.account($0)?.isVisible ?? false }
  }

  /// If a handle has moved from one account to another, the one that was resolved last has it.
  func account(handle: Handle) throws -> IndexedAccount? {
    guard handle.isConfirmable else { return nil }
    return try accounts(
      "SELECT * FROM account INDEXED BY accountName WHERE name = ? ORDER BY keyCheckedAt DESC, did LIMIT 1",
      [handle.normalized.string]
    ).first
  }

  func accounts(
    handlePrefix: String,
    after handle: String?,
    limit: Int
  ) throws -> [IndexedAccount] {
    // Handles have no character after "z".
    let prefix = handlePrefix.lowercased()
    return try accounts(
      """
      SELECT * FROM account INDEXED BY accountName
      WHERE name \(handle == nil ? ">=" : ">") ? AND name < ? AND isVisible = 1
      ORDER BY name, did LIMIT ?
      """,
      [handle ?? prefix, prefix + "\u{7F}", limit]
    )
  }

  func collections(of did: DID) throws -> [NSID] {
    guard let account = try tables.account(did) else { return [] }
    return try holdings(account.id).map(\.nsid).sorted { $0.string < $1.string }
  }

  /// The collections of which an account has records.
  func holdings(_ account: Int64) throws -> [(id: Int64, nsid: NSID)] {
    try tables.flush()
    return try tables.session.all(
      """
      SELECT c.id, c.nsid FROM holding AS h CROSS JOIN collection AS c ON c.id = h.collection
      WHERE h.account = ? AND h.records > 0
      """,
      .integer(account)
    ) { (id: $0.integer(0), nsid: try NSID($0.text(1))) }
  }
}
