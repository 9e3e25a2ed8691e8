import GRDB
import Labeler
import ServiceKit

struct SQLitePushes: PushStore {
  let db: Database

  func save(_ row: PushRow) throws {
    try db.cachedStatement(
      sql: """
        INSERT OR REPLACE INTO push
          (target, subject, event, isApplied, attempts, dueAt, confirmedAt, error)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """
    ).execute(
      arguments: [
        row.target.rawValue, row.subject.text, row.event, row.isApplied, row.attempts, row.dueAt,
        row.confirmedAt, row.error,
      ]
    )
  }

  func row(_ target: PushTarget.Kind, _ subject: PushSubject) throws -> PushRow? {
    try Row.fetchOne(
      db.cachedStatement(sql: "SELECT * FROM push WHERE subject = ? AND target = ?"),
      arguments: [subject.text, target.rawValue]
    ).map(PushRow.init)
  }

  func rows(of uri: String) throws -> [PushRow] {
    // The character after the space is the exclamation mark.
    try Row.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT * FROM push WHERE subject = ? OR (subject > ? AND subject < ?)
          ORDER BY target, subject
          """
      ),
      arguments: [uri, uri + " ", uri + "!"]
    ).map(PushRow.init)
  }

  func due(of targets: [PushTarget.Kind], at now: Int, limit: Int) throws -> [PushRow] {
    // Each target has its share, so that one that does not answer holds up no other.
    let share = max(1, limit / max(1, targets.count))
    let rows = try targets.flatMap { target in
      try Row.fetchAll(
        db.cachedStatement(
          sql: """
            SELECT * FROM push WHERE target = ? AND dueAt <= ? ORDER BY dueAt, subject LIMIT ?
            """
        ),
        arguments: [target.rawValue, now, share]
      )
    }
    return try rows.map(PushRow.init)
      .sorted { ($0.dueAt ?? 0, $0.subject.text) < ($1.dueAt ?? 0, $1.subject.text) }
      .prefix(limit).map { $0 }
  }

  func nextDue(of targets: [PushTarget.Kind]) throws -> Int? {
    try targets.compactMap { target in
      try Int.fetchOne(
        db.cachedStatement(
          sql: "SELECT min(dueAt) FROM push WHERE target = ? AND dueAt IS NOT NULL"
        ),
        arguments: [target.rawValue]
      )
    }.min()
  }

  func waitingCount(_ target: PushTarget.Kind) throws -> Int {
    try Int.fetchOne(
      db.cachedStatement(
        sql: "SELECT count(*) FROM push WHERE target = ? AND dueAt IS NOT NULL"
      ),
      arguments: [target.rawValue]
    ) ?? 0
  }
}

extension PushRow {
  fileprivate init(_ row: Row) throws {
    guard let target = PushTarget.Kind(rawValue: row["target"]),
      let subject = PushSubject(text: row["subject"])
    else {
      throw ServiceError(.corruption, "cannot read a push: its target or subject is not known")
    }
    self.init(
      target: target,
      subject: subject,
      event: row["event"],
      isApplied: row["isApplied"],
      attempts: row["attempts"],
      dueAt: row["dueAt"],
      confirmedAt: row["confirmedAt"],
      error: row["error"]
    )
  }
}
