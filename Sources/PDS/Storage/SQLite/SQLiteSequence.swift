import ATProtoSyntax
import GRDB

struct SQLiteSequence: SequenceStore {
  let db: Database
  let transaction: SQLiteTransaction

  func append(_ event: SequenceEvent) throws {
    let last = try Int.fetchOne(db.cachedStatement(sql: "SELECT max(seq) FROM event")) ?? 0
    let instant = Datetime.Instant.now
    let entry = SequenceEntry(sequence: last + 1, frame: event.frame(last + 1, at: instant))
    try db.cachedStatement(
      sql: "INSERT INTO event (seq, did, time, frame) VALUES (?, ?, ?, ?)"
    ).execute(
      arguments: [entry.sequence, event.did.string, instant.milliseconds, entry.frame.data]
    )
    transaction.sequenced.append(entry)
  }

  func window() throws -> ClosedRange<Int>? {
    let row = try Row.fetchOne(db, sql: "SELECT min(seq) AS first, max(seq) AS last FROM event")
    guard let row, let first = row["first"] as Int?, let last = row["last"] as Int? else {
      return nil
    }
    return first...last
  }

  func frames(after sequence: Int, maximumCount: Int, maximumBytes: Int) throws -> [SequenceEntry] {
    let rows = try Row.fetchCursor(
      db.cachedStatement(sql: "SELECT seq, frame FROM event WHERE seq > ? ORDER BY seq LIMIT ?"),
      arguments: [sequence, maximumCount]
    )
    var entries: [SequenceEntry] = []
    var size = 0
    while size < maximumBytes, let row = try rows.next() {
      let entry = SequenceEntry(sequence: row["seq"], frame: row.bytes("frame"))
      size += entry.frame.count
      entries.append(entry)
    }
    return entries
  }

  func removeEvents(before milliseconds: Int) throws {
    let kept = try Int.fetchOne(
      db,
      sql: "SELECT seq FROM event WHERE time >= ? ORDER BY seq LIMIT 1",
      arguments: [milliseconds]
    )
    try db.execute(
      sql: "DELETE FROM event WHERE seq < coalesce(?, (SELECT max(seq) FROM event))",
      arguments: [kept]
    )
  }

  func removeEvents(of did: DID) throws {
    try db.execute(
      sql: "DELETE FROM event WHERE did = ? AND seq < (SELECT max(seq) FROM event)",
      arguments: [did.string]
    )
  }
}

extension Datetime.Instant {
  /// Since 1970.
  var milliseconds: Int { Int(seconds) * 1000 + Int(nanoseconds) / 1_000_000 }
}
