import ATProtoData
import ATProtoSyntax
import GRDB
import PDS

struct SQLiteRepositories: RepositoryStore {
  let db: Database

  func head(of did: DID) throws -> RepositoryHead? {
    let row = try Row.fetchOne(
      db.cachedStatement(sql: "SELECT did, head, rev FROM repository WHERE did = ?"),
      arguments: [did.string]
    )
    return try row.map(RepositoryHead.init)
  }

  func setHead(_ head: RepositoryHead) throws {
    try db.cachedStatement(
      sql: "INSERT OR REPLACE INTO repository (did, head, rev) VALUES (?, ?, ?)"
    ).execute(arguments: [head.did.string, head.head.bytes.data, head.rev.string])
  }

  func delete(_ did: DID) throws {
    try records(of: did).removeAll()
    try blocks(of: did).removeAll()
    try db.execute(sql: "DELETE FROM repository WHERE did = ?", arguments: [did.string])
  }

  func page(after cursor: String?, limit: Int) throws -> [HostedRepository] {
    try Row.fetchAll(
      db,
      sql: """
        SELECT did, head, rev, isDeactivated, isSuspended, isTakenDown
        FROM repository JOIN account USING (did)
        WHERE did > ? ORDER BY did LIMIT ?
        """,
      arguments: [cursor ?? "", limit]
    ).map { row in
      HostedRepository(head: try RepositoryHead(row), status: AccountStatus(row))
    }
  }

  func page(with collection: NSID, after cursor: String?, limit: Int) throws -> [DID] {
    try String.fetchAll(
      db,
      sql: """
        SELECT did FROM account
        WHERE did > ? AND isDeactivated + isSuspended + isTakenDown = 0
          AND EXISTS (SELECT 1 FROM record WHERE record.did = account.did AND collection = ?)
        ORDER BY did LIMIT ?
        """,
      arguments: [cursor ?? "", collection.string, limit]
    ).map { try DID($0) }
  }

  func blocks(of did: DID) -> any RepositoryBlockStore {
    SQLiteBlocks(db: db, did: did)
  }

  func records(of did: DID) -> any RecordStore {
    SQLiteRecords(db: db, did: did)
  }
}

extension RepositoryHead {
  init(_ row: Row) throws {
    self.init(
      did: try DID(row["did"]),
      head: try CID(bytes: row.bytes("head")),
      rev: try TID(row["rev"] as String)
    )
  }
}
