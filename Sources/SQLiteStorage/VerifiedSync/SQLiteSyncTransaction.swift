import ATProtoData
import ATProtoSyntax
import GRDB
import VerifiedSync

/// Applies changes to the database of a consumer.
struct SQLiteSyncTransaction {
  let db: Database

  func apply(_ changes: SyncChanges) throws -> [SyncEvent] {
    for did in changes.removed { try remove(did) }
    for did in changes.added { try insert(TrackedRepository(did: did)) }
    for repository in changes.repositories { try update(repository) }
    for did in changes.cleared { try execute(Self.clear, [did.string]) }
    for record in changes.records { try store(record) }
    for id in changes.acknowledged { try execute("DELETE FROM event WHERE id = ?", [id]) }
    for (relay, sequence) in changes.cursors {
      try execute(
        """
        INSERT INTO cursor (relay, sequence) VALUES (?1, ?2)
        ON CONFLICT (relay) DO UPDATE SET sequence = ?2
        """,
        [relay, sequence]
      )
    }
    return try changes.events.compactMap(append)
  }

  private static let clear =
    "DELETE FROM record WHERE repository = (SELECT id FROM repository WHERE did = ?)"

  private func execute(_ sql: String, _ arguments: StatementArguments) throws {
    try db.cachedStatement(sql: sql).execute(arguments: arguments)
  }

  private func remove(_ did: DID) throws {
    try execute(Self.clear, [did.string])
    try execute(
      "DELETE FROM event WHERE repository = (SELECT id FROM repository WHERE did = ?)",
      [did.string]
    )
    try execute("DELETE FROM repository WHERE did = ?", [did.string])
  }

  private func insert(_ repository: TrackedRepository) throws {
    try execute(
      """
      INSERT INTO repository
        (did, phase, handle, isActive, status, key, keyCheckedAt, pds, rev, data, attempts,
          nextAttemptAt, error)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (did) DO NOTHING
      """,
      repository.columns
    )
  }

  private func update(_ repository: TrackedRepository) throws {
    try execute(
      """
      UPDATE repository SET phase = ?2, handle = ?3, isActive = ?4, status = ?5, key = ?6,
        keyCheckedAt = ?7, pds = ?8, rev = ?9, data = ?10, attempts = ?11, nextAttemptAt = ?12,
        error = ?13
      WHERE did = ?1
      """,
      repository.columns
    )
  }

  private func store(_ record: SyncChanges.Record) throws {
    guard let cid = record.cid else {
      return try execute(Self.clear + " AND path = ?", [record.did.string, record.path])
    }
    try execute(
      """
      INSERT INTO record (repository, path, cid)
        SELECT id, ?2, ?3 FROM repository WHERE did = ?1
      ON CONFLICT (repository, path) DO UPDATE SET cid = excluded.cid
      """,
      [record.did.string, record.path, cid.bytes.data]
    )
  }

  private func append(_ kind: SyncEvent.Kind) throws -> SyncEvent? {
    var event = SyncEvent(id: 0, kind: kind)
    try execute(
      "INSERT INTO event (repository, content) SELECT id, ?2 FROM repository WHERE did = ?1",
      [event.did.string, event.json.cborBytes().data]
    )
    guard db.changesCount > 0 else { return nil }
    event.id = Int(db.lastInsertedRowID)
    return event
  }
}
