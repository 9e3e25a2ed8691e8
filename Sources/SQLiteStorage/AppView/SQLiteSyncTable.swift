import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import AppView
import GRDB
import ServiceKit
import VerifiedSync

/// The state of verified sync, in the rows of accounts.
struct SQLiteSyncTable: SyncReading, SyncWriting {
  let tables: IndexTables

  private var session: SQLiteSession { tables.session }

  private func repositories(
    _ sql: String,
    _ arguments: StatementArguments
  ) throws -> [TrackedRepository] {
    try Row.fetchAll(tables.db.cachedStatement(sql: sql), arguments: arguments)
      .map(TrackedRepository.init)
  }

  func repository(_ did: DID) throws -> TrackedRepository? {
    try repositories("SELECT * FROM account WHERE did = ?", [did.string]).first
  }

  func repositories(after did: DID?, limit: Int) throws -> [TrackedRepository] {
    try repositories(
      "SELECT * FROM account WHERE did > ? ORDER BY did LIMIT ?",
      [did?.string ?? "", limit]
    )
  }

  func repositoriesToFetch(at now: SyncTime, limit: Int) throws -> [TrackedRepository] {
    try repositories(
      """
      SELECT * FROM account INDEXED BY accountToFetch
      WHERE phase IN ('pending', 'desynchronized', 'resyncing', 'error') AND nextAttemptAt <= ?
      ORDER BY nextAttemptAt, did LIMIT ?
      """,
      [Int64(clamping: now), limit]
    )
  }

  func records(of did: DID, after path: String?, limit: Int) throws -> [RecordVersion] {
    guard let account = try tables.account(did) else { return [] }
    // Paths are in the order of collections with "/", which is not that of collections: there are
    // characters before "/".
    let collections = try SQLiteIndexAccounts(tables: tables).holdings(account.id)
      .sorted { $0.nsid.string + "/" < $1.nsid.string + "/" }
    var found: [RecordVersion] = []
    for (id, nsid) in collections where found.count < limit {
      let prefix = nsid.string + "/"
      var start = ""
      if let path {
        if path.utf8.starts(with: prefix.utf8) {
          start = String(path.dropFirst(prefix.count))
        } else if prefix < path {
          continue
        }
      }
      found += try session.all(
        """
        SELECT rkey, cid FROM record INDEXED BY recordKey
        WHERE account = ? AND collection = ? AND rkey > ? ORDER BY rkey LIMIT ?
        """,
        .integer(account.id),
        .integer(id),
        .text(start),
        .count(limit - found.count)
      ) { RecordVersion(path: prefix + $0.text(0), cid: try CID(bytes: $0.bytes(1))) }
    }
    return found
  }

  func recordCount(of did: DID) throws -> Int {
    guard let account = try tables.account(did) else { return 0 }
    try tables.flush()
    return try session.first(
      "SELECT coalesce(sum(records), 0) FROM holding WHERE account = ?",
      .integer(account.id)
    ) { $0.count(0) } ?? 0
  }

  func cursor(of relay: String) throws -> Int? {
    try session.first("SELECT sequence FROM cursor WHERE relay = ?", .text(relay)) { $0.count(0) }
  }

  func phases() throws -> [RepositoryPhase: Int] {
    var phases: [RepositoryPhase: Int] = [:]
    try session.forEach("SELECT phase, count FROM phaseCount WHERE count > 0", []) { row in
      if let phase = RepositoryPhase(rawValue: row.text(0)) { phases[phase] = row.count(1) }
    }
    return phases
  }

  func note(_ name: String) throws -> String? {
    try session.first("SELECT text FROM note WHERE name = ?", .text(name)) { $0.text(0) }
  }

  func setNote(_ name: String, _ text: String?) throws {
    guard let text else { return try session.run("DELETE FROM note WHERE name = ?", .text(name)) }
    try session.run(
      "INSERT OR REPLACE INTO note (name, text) VALUES (?, ?)",
      .text(name),
      .text(text)
    )
  }

  // MARK: Changes

  func apply(_ changes: SyncChanges) throws {
    for did in changes.removed { try remove(did) }
    for did in changes.added { try insert(TrackedRepository(did: did)) }
    for repository in changes.repositories { try update(repository) }
    for did in changes.cleared { try clear(did) }
    for (relay, sequence) in changes.cursors {
      try session.run(
        "INSERT OR REPLACE INTO cursor (relay, sequence) VALUES (?, ?)",
        .text(relay),
        .count(sequence)
      )
    }
  }

  private func clear(_ did: DID) throws {
    let records = SQLiteIndexRecords(tables: tables)
    // What is indexed of one record may have megabytes.
    while try records.deleteAll(of: did, limit: 50) {}
  }

  private func remove(_ did: DID) throws {
    try clear(did)
    // Nothing of what is pending may be stored for a row that is gone.
    try tables.flush()
    try session.run("DELETE FROM account WHERE did = ?", .text(did.string))
    tables.forgetAccounts()
  }

  private func insert(_ repository: TrackedRepository) throws {
    guard try tables.account(repository.did) == nil else { return }
    let takedown = try SQLiteIndexTakedowns(tables: tables).takedown(of: repository.did.string)
    let isVisible = takedown == nil && repository.status.isActive
    try tables.db.cachedStatement(
      sql: """
        INSERT INTO account
          (did, phase, handle, isActive, status, key, keyCheckedAt, pds, rev, data, attempts,
            nextAttemptAt, error, name, isTakenDown, isVisible, isCounted)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
    ).execute(
      arguments: repository.columns + [
        repository.name, takedown != nil, isVisible, isVisible,
      ]
    )
    tables.forgetAccounts()
  }

  private func update(_ repository: TrackedRepository) throws {
    guard let account = try tables.account(repository.did) else { return }
    try tables.db.cachedStatement(
      sql: """
        UPDATE account SET phase = ?2, handle = ?3, isActive = ?4, status = ?5, key = ?6,
          keyCheckedAt = ?7, pds = ?8, rev = ?9, data = ?10, attempts = ?11, nextAttemptAt = ?12,
          error = ?13, name = ?14, isVisible = (?4 AND NOT isTakenDown)
        WHERE did = ?1
        """
    ).execute(arguments: repository.columns + [repository.name])
    let isTakenDown = try SQLiteIndexTakedowns(tables: tables).isTakenDown(account.id)
    guard account.isVisible != (repository.status.isActive && !isTakenDown) else { return }
    try LinkCounters(tables: tables).accountChanged(account.id)
  }
}

extension TrackedRepository {
  /// The handle by which the account is found; nil if it has none.
  fileprivate var name: String? {
    handle.flatMap { $0.isConfirmable ? $0.normalized.string : nil }
  }
}
