import GRDB
import PDS

/// The sequence number after which events continue in a database that was restored from a backup.
///
/// "If services need to reset sequence state, it is recommended to chose a new initial sequence
/// number with a healthy margin above any previous sequence number" (Event Stream specification,
/// "Sequence Numbers"): consumers may have seen sequence numbers that are not in the backup.
enum SequenceFloor {
  /// The name of the secret that stores it.
  private static let key = "sequence-floor"
  /// More events than the original server can have sent after the backup was made.
  private static let margin = 1_000_000_000

  /// 0 unless the database is a copy.
  static func stored(_ db: Database) throws -> Int {
    let text = try SQLiteSecrets(db: db).secret(key).map { String(decoding: $0, as: UTF8.self) }
    return text.flatMap { Int($0) } ?? 0
  }

  static func raise(_ db: Database) throws {
    let newest = try Int.fetchOne(db, sql: "SELECT max(seq) FROM event") ?? 0
    let next = try max(newest, stored(db)) + margin
    try SQLiteSecrets(db: db).setSecret(key, Array(String(next).utf8))
  }
}
