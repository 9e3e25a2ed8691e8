import ATProtoSyntax
import GRDB
import ServiceKit
import XRPCServer

/// The table `event` of a database.
final class SQLiteEventLog: EventLogStore {
  private let db: Database
  /// New events have greater sequence numbers.
  private let floor: Int
  /// Whether this transaction appended events.
  private(set) var hasAppended = false

  init(_ db: Database, floor: Int) {
    self.db = db
    self.floor = floor
  }

  func append(
    _ key: String,
    _ frame: (_ sequence: Int, _ instant: Datetime.Instant) throws -> [UInt8]
  ) throws {
    // The last event is never removed, so sequence numbers are not reused.
    let newest = try Int.fetchOne(db.cachedStatement(sql: "SELECT max(seq) FROM event")) ?? 0
    let sequence = max(newest, floor) + 1
    let instant = Datetime.Instant.now
    let bytes = try frame(sequence, instant)
    try db.cachedStatement(
      sql: "INSERT INTO event (seq, key, time, frame) VALUES (?, ?, ?, ?)"
    ).execute(arguments: [sequence, key, instant.milliseconds, bytes.data])
    hasAppended = true
  }

  func window() throws -> ClosedRange<Int>? {
    // One query for both would read all events.
    guard let first = try Int.fetchOne(db, sql: "SELECT min(seq) FROM event"),
      let last = try Int.fetchOne(db, sql: "SELECT max(seq) FROM event")
    else { return nil }
    return first...last
  }

  func frames(after sequence: Int, maximumCount: Int, maximumBytes: Int) throws -> [SequencedFrame]
  {
    let rows = try Row.fetchCursor(
      db.cachedStatement(sql: "SELECT seq, frame FROM event WHERE seq > ? ORDER BY seq LIMIT ?"),
      arguments: [sequence, maximumCount]
    )
    var frames: [SequencedFrame] = []
    var size = 0
    while size < maximumBytes, let row = try rows.next() {
      let frame = SequencedFrame(sequence: row["seq"], bytes: row.bytes("frame"))
      size += frame.bytes.count
      frames.append(frame)
    }
    return frames
  }

  func removeEvents(before milliseconds: Int, limit: Int) throws -> Bool {
    // Sequence numbers and times have the same order, so only the first rows are read.
    let rows = try Row.fetchCursor(
      db,
      sql: "SELECT seq, time FROM event ORDER BY seq LIMIT ?",
      arguments: [limit + 1]
    )
    var kept: Int?
    var count = 0
    var isOld = true
    while isOld, count <= limit, let row = try rows.next() {
      kept = row["seq"]
      isOld = row["time"] < milliseconds
      count += 1
    }
    try db.execute(sql: "DELETE FROM event WHERE seq < ?", arguments: [kept])
    return isOld && count > limit
  }

  func removeEvents(of key: String) throws {
    try db.execute(
      sql: "DELETE FROM event WHERE key = ? AND seq < (SELECT max(seq) FROM event)",
      arguments: [key]
    )
  }
}
