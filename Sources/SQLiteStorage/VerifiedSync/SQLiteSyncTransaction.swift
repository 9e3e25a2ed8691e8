import ATProtoData
import ATProtoSyntax
import GRDB
import VerifiedSync

/// Applies changes to the database of a consumer.
struct SQLiteSyncTransaction {
  let db: Database
  /// How the totals change.
  private var difference = SyncCounts()
  private var removedEvents = 0

  init(db: Database) {
    self.db = db
  }

  mutating func apply(_ changes: SyncChanges) throws -> SyncChanges.Result {
    for did in changes.removed { try remove(did) }
    for did in changes.added { try insert(TrackedRepository(did: did)) }
    for repository in changes.repositories { try update(repository) }
    for did in changes.cleared { difference.records -= try execute(Self.clear, [did.string]) }
    for record in changes.records { try store(record) }
    for id in changes.acknowledged {
      removedEvents += try execute("DELETE FROM event WHERE id = ?", [id])
    }
    for (relay, sequence) in changes.cursors {
      try execute(
        """
        INSERT INTO cursor (relay, sequence) VALUES (?1, ?2)
        ON CONFLICT (relay) DO UPDATE SET sequence = ?2
        """,
        [relay, sequence]
      )
    }
    let events = try changes.events.compactMap { kind in try append(kind) }
    difference.events = events.count - removedEvents
    try storeTotals()
    return SyncChanges.Result(events: events, removedEvents: removedEvents)
  }

  private static let clear =
    "DELETE FROM record WHERE repository = (SELECT id FROM repository WHERE did = ?)"

  /// Returns the number of rows that were changed.
  @discardableResult
  private func execute(_ sql: String, _ arguments: StatementArguments) throws -> Int {
    try db.cachedStatement(sql: sql).execute(arguments: arguments)
    return db.changesCount
  }

  private func storeTotals() throws {
    guard difference != SyncCounts() else { return }
    try execute(
      """
      UPDATE total SET repositories = repositories + ?, records = records + ?, events = events + ?
      """,
      [difference.repositories, difference.records, difference.events]
    )
  }

  private mutating func remove(_ did: DID) throws {
    difference.records -= try execute(Self.clear, [did.string])
    removedEvents += try execute(
      "DELETE FROM event WHERE repository = (SELECT id FROM repository WHERE did = ?)",
      [did.string]
    )
    difference.repositories -= try execute("DELETE FROM repository WHERE did = ?", [did.string])
  }

  private mutating func insert(_ repository: TrackedRepository) throws {
    difference.repositories += try execute(
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

  private mutating func store(_ record: SyncChanges.Record) throws {
    guard let cid = record.cid else {
      difference.records -= try execute(
        Self.clear + " AND path = ?",
        [record.did.string, record.path]
      )
      return
    }
    let arguments: StatementArguments = [record.did.string, record.path, cid.bytes.data]
    let added = try execute(
      """
      INSERT INTO record (repository, path, cid)
        SELECT id, ?2, ?3 FROM repository WHERE did = ?1
      ON CONFLICT (repository, path) DO NOTHING
      """,
      arguments
    )
    difference.records += added
    guard added == 0 else { return }
    try execute(
      """
      UPDATE record SET cid = ?3
      WHERE repository = (SELECT id FROM repository WHERE did = ?1) AND path = ?2
      """,
      arguments
    )
  }

  private func append(_ kind: SyncEvent.Kind) throws -> SyncEvent? {
    var event = SyncEvent(id: 0, kind: kind)
    let added = try execute(
      "INSERT INTO event (repository, content) SELECT id, ?2 FROM repository WHERE did = ?1",
      [event.did.string, event.json.cborBytes().data]
    )
    guard added > 0 else { return nil }
    event.id = Int(db.lastInsertedRowID)
    return event
  }
}
