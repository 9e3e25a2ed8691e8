import ATProtoSyntax
import GRDB

struct SQLiteSequence: SequenceStore {
  /// In a backup: the secret after whose number events go on.
  static let floorKey = "sequence-floor"
  /// What may have been sent by the server whose backup it is, after that was made.
  private static let margin = 1_000_000_000

  let db: Database
  let transaction: SQLiteTransaction

  func append(_ event: SequenceEvent) throws {
    let newest = try Int.fetchOne(db.cachedStatement(sql: "SELECT max(seq) FROM event")) ?? 0
    let last = max(newest, transaction.sequenceFloor)
    let instant = Datetime.Instant.now
    let entry = SequenceEntry(sequence: last + 1, frame: event.frame(last + 1, at: instant))
    try db.cachedStatement(
      sql: "INSERT INTO event (seq, did, time, frame) VALUES (?, ?, ?, ?)"
    ).execute(
      arguments: [entry.sequence, event.did.string, instant.milliseconds, entry.frame.data]
    )
    transaction.sequenced.append(entry)
  }

  /// The number after which events go on in a database that was a backup; 0 in others.
  static func floor(_ db: Database) throws -> Int {
    let text = try SQLiteSecrets(db: db).secret(floorKey).map {
      String(decoding: $0, as: UTF8.self)
    }
    return text.flatMap { Int($0) } ?? 0
  }

  /// "If services need to reset sequence state, it is recommended to chose a new initial sequence
  /// number with a healthy margin above any previous sequence number" (Event Stream specification,
  /// "Sequence Numbers"): consumers may have had numbers that the backup does not know.
  static func leaveMargin(_ db: Database) throws {
    let newest = try Int.fetchOne(db, sql: "SELECT max(seq) FROM event") ?? 0
    let next = try max(newest, floor(db)) + margin
    try SQLiteSecrets(db: db).setSecret(floorKey, Array(String(next).utf8))
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

  func removeEvents(before milliseconds: Int, limit: Int) throws -> Bool {
    // In the order of their numbers, which is that of their times: no others are looked at.
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
