import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import GRDB
import PDS

struct SQLiteBlobs: BlobIndex {
  let db: Database

  func blob(_ cid: CID, of did: DID) throws -> BlobEntry? {
    let row = try Row.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT cid, mimeType, size, uploadedAt, isTakenDown FROM blob WHERE did = ? AND cid = ?
          """
      ),
      arguments: [did.string, cid.string]
    )
    return try row.map { row in
      BlobEntry(
        cid: try CID(row["cid"] as String),
        mimeType: row["mimeType"],
        size: row["size"],
        uploadedAt: row["uploadedAt"],
        isTakenDown: row["isTakenDown"]
      )
    }
  }

  func insert(_ blob: BlobEntry, of did: DID) throws {
    try db.execute(
      sql: """
        INSERT INTO blob (did, cid, mimeType, size, uploadedAt) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET uploadedAt = excluded.uploadedAt
        """,
      arguments: [did.string, blob.cid.string, blob.mimeType, blob.size, blob.uploadedAt]
    )
  }

  func remove(_ cid: CID, of did: DID) throws {
    try db.execute(
      sql: "DELETE FROM blob WHERE did = ? AND cid = ?",
      arguments: [did.string, cid.string]
    )
  }

  func isReferred(_ cid: CID, of did: DID) throws -> Bool {
    try Bool.fetchOne(
      db.cachedStatement(
        sql: "SELECT EXISTS (SELECT 1 FROM blobReference WHERE did = ? AND cid = ?)"
      ),
      arguments: [did.string, cid.string]
    ) ?? false
  }

  func isHeld(_ cid: CID) throws -> Bool {
    try Bool.fetchOne(
      db,
      sql: "SELECT EXISTS (SELECT 1 FROM blob WHERE cid = ?)",
      arguments: [cid.string]
    ) ?? false
  }

  func isEmpty() throws -> Bool {
    try Bool.fetchOne(db, sql: "SELECT NOT EXISTS (SELECT 1 FROM blob)") ?? true
  }

  func size(of did: DID) throws -> Int {
    try Int.fetchOne(
      db,
      sql: "SELECT coalesce(sum(size), 0) FROM blob WHERE did = ?",
      arguments: [did.string]
    ) ?? 0
  }

  func setTakenDown(_ cid: CID, _ isTakenDown: Bool, of did: DID) throws {
    try db.execute(
      sql: "UPDATE blob SET isTakenDown = ? WHERE did = ? AND cid = ?",
      arguments: [isTakenDown, did.string, cid.string]
    )
  }

  func addReferences(_ cids: [CID], from record: CID, rev: TID, of did: DID) throws {
    let statement = try db.cachedStatement(
      sql: """
        INSERT INTO blobReference (did, record, cid, rev) VALUES (?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET rev = max(rev, excluded.rev)
        """
    )
    for cid in cids {
      try statement.execute(
        arguments: [did.string, record.bytes.data, cid.string, rev.string]
      )
    }
  }

  func removeReferences(from records: [CID], of did: DID) throws {
    let statement = try db.cachedStatement(
      sql: "DELETE FROM blobReference WHERE did = ? AND record = ?"
    )
    for record in records {
      try statement.execute(arguments: [did.string, record.bytes.data])
    }
  }

  func references(from record: CID, of did: DID) throws -> [CID] {
    try String.fetchAll(
      db.cachedStatement(
        sql: "SELECT cid FROM blobReference WHERE did = ? AND record = ? ORDER BY cid"
      ),
      arguments: [did.string, record.bytes.data]
    ).map { try CID($0) }
  }

  func referenceCount(of did: DID) throws -> Int {
    try Int.fetchOne(
      db,
      sql: "SELECT count(*) FROM blobReference WHERE did = ?",
      arguments: [did.string]
    ) ?? 0
  }

  func removeReferences(of did: DID) throws {
    try db.execute(sql: "DELETE FROM blobReference WHERE did = ?", arguments: [did.string])
  }

  func removeAll(of did: DID) throws -> [CID] {
    let cids = try held(of: did)
    try removeReferences(of: did)
    try db.execute(sql: "DELETE FROM blob WHERE did = ?", arguments: [did.string])
    return cids
  }

  /// The next referenced blob and the newest of its references: one step in the index, however many
  /// records reference the blob.
  static let nextReference = """
    SELECT cid, rev FROM blobReference WHERE did = ? AND cid > ? ORDER BY cid, rev DESC LIMIT 1
    """

  func page(of did: DID, since: TID?, after cursor: String?, limit: Int) throws -> BlobPage {
    let statement = try db.cachedStatement(sql: Self.nextReference)
    var page = BlobPage(next: cursor ?? "")
    for _ in 0..<BlobPage.maximumScan where page.cids.count < limit {
      let row = try Row.fetchOne(statement, arguments: [did.string, page.next])
      guard let row else {
        page.next = nil
        break
      }
      let cid: String = row["cid"]
      page.next = cid
      let rev: String = row["rev"]
      if rev > since?.string ?? "" { page.cids.append(try CID(cid)) }
    }
    return page
  }

  func missing(of did: DID, after cursor: String?, limit: Int) throws -> [MissingBlob] {
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT cid, min(record) AS record FROM blobReference AS reference
        WHERE did = ? AND cid > ? AND NOT EXISTS (
          SELECT 1 FROM blob WHERE blob.did = reference.did AND blob.cid = reference.cid
        )
        GROUP BY cid ORDER BY cid LIMIT ?
        """,
      arguments: [did.string, cursor ?? "", limit]
    )
    let path = try db.cachedStatement(
      sql: """
        SELECT collection || '/' || rkey FROM record WHERE did = ? AND cid = ?
        ORDER BY collection, rkey LIMIT 1
        """
    )
    return try rows.compactMap { row in
      let record: DatabaseValue = row["record"]
      let text = try String.fetchOne(path, arguments: [did.string, record])
      return try text.map {
        MissingBlob(cid: try CID(row["cid"] as String), path: try RepoPath($0))
      }
    }
  }

  func counts(of did: DID) throws -> BlobCounts {
    let row = try Row.fetchOne(
      db,
      sql: """
        SELECT count(DISTINCT reference.cid) AS referred, count(DISTINCT blob.cid) AS present
        FROM blobReference AS reference LEFT JOIN blob USING (did, cid) WHERE did = ?
        """,
      arguments: [did.string]
    )
    return BlobCounts(referred: row?["referred"] ?? 0, present: row?["present"] ?? 0)
  }

  func unreferred(before seconds: Int, limit: Int) throws -> [HeldBlob] {
    try Row.fetchAll(
      db,
      sql: """
        SELECT did, cid FROM blob WHERE uploadedAt < ? AND NOT EXISTS (
          SELECT 1 FROM blobReference AS reference
          WHERE reference.did = blob.did AND reference.cid = blob.cid
        ) LIMIT ?
        """,
      arguments: [seconds, limit]
    ).map { row in
      HeldBlob(did: try DID(row["did"]), cid: try CID(row["cid"] as String))
    }
  }

  func held(of did: DID) throws -> [CID] {
    try String.fetchAll(
      db,
      sql: "SELECT cid FROM blob WHERE did = ? ORDER BY cid",
      arguments: [did.string]
    ).map { try CID($0) }
  }
}

extension SQLiteBlobs {
  func beginDeletion(
    of cids: [CID],
    as generation: Int,
    at seconds: Int,
    abandonedBefore abandoned: Int
  ) throws -> [CID] {
    try cids.filter { cid in
      try db.cachedStatement(
        sql: """
          INSERT OR REPLACE INTO blobDeletion (cid, generation, isFinished, changedAt)
          SELECT ?1, ?2, 0, ?3 WHERE NOT EXISTS (SELECT 1 FROM blob WHERE cid = ?1)
            AND NOT EXISTS (
              SELECT 1 FROM blobDeletion WHERE cid = ?1 AND NOT isFinished AND changedAt >= ?4
            )
          """
      ).execute(arguments: [cid.string, generation, seconds, abandoned])
      return db.changesCount > 0
    }
  }

  func finishDeletion(of cids: [CID], as generation: Int, at seconds: Int) throws {
    let statement = try db.cachedStatement(
      sql: "UPDATE blobDeletion SET isFinished = 1, changedAt = ? WHERE cid = ? AND generation = ?"
    )
    for cid in cids { try statement.execute(arguments: [seconds, cid.string, generation]) }
  }

  func deletion(of cid: CID) throws -> BlobDeletion? {
    try Row.fetchOne(
      db.cachedStatement(sql: "SELECT generation, isFinished FROM blobDeletion WHERE cid = ?"),
      arguments: [cid.string]
    ).map { BlobDeletion(generation: $0["generation"], isFinished: $0["isFinished"]) }
  }

  func unfinishedDeletions(before seconds: Int, limit: Int) throws -> [CID] {
    try String.fetchAll(
      db,
      sql: """
        SELECT cid FROM blobDeletion WHERE NOT isFinished AND changedAt < ? ORDER BY cid LIMIT ?
        """,
      arguments: [seconds, limit]
    ).map { try CID($0) }
  }

  func forgetDeletions(before seconds: Int) throws {
    try db.execute(
      sql: "DELETE FROM blobDeletion WHERE isFinished AND changedAt < ?",
      arguments: [seconds]
    )
  }
}
