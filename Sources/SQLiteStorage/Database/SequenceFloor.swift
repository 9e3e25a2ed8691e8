import GRDB

/// The sequence number after which events continue in a database that was restored from a backup.
///
/// "If services need to reset sequence state, it is recommended to chose a new initial sequence
/// number with a healthy margin above any previous sequence number" (Event Stream specification,
/// "Sequence Numbers"): consumers may have seen sequence numbers that are not in the backup.
///
/// It is stored in the table `secret` of the database.
enum SequenceFloor {
  /// The name of the secret that stores it.
  private static let key = "sequence-floor"
  /// More events than the original server can have sent after the backup was made.
  private static let margin = 1_000_000_000

  /// 0 unless the database is a copy.
  static func stored(_ db: Database) throws -> Int {
    let bytes = try [UInt8].fetchOne(
      db,
      sql: "SELECT value FROM secret WHERE name = ?",
      arguments: [key]
    )
    return bytes.flatMap { Int(String(decoding: $0, as: UTF8.self)) } ?? 0
  }

  /// - Parameter table: the table of the events, whose column `seq` has their numbers.
  static func raise(_ db: Database, above table: String) throws {
    let newest = try Int.fetchOne(db, sql: "SELECT max(seq) FROM \(table)") ?? 0
    let next = try max(newest, stored(db)) + margin
    try db.execute(
      sql: "INSERT OR REPLACE INTO secret (name, value) VALUES (?, ?)",
      arguments: [key, Array(String(next).utf8).data]
    )
  }
}
