import ATProtoData
import ATProtoSyntax
import GRDB
import Labeler
import ServiceKit

struct SQLiteSubjectStatuses: SubjectStatusStore {
  let db: Database

  func status(_ subject: SubjectKey) throws -> SubjectStatus? {
    let row = try Row.fetchOne(
      db.cachedStatement(sql: "SELECT * FROM subjectStatus WHERE did = ? AND uri = ?"),
      arguments: [subject.did, subject.record]
    )
    return try row.map { try withTags(SubjectStatus($0)) }
  }

  func save(_ status: SubjectStatus, replacing previous: SubjectStatus?) throws -> SubjectStatus {
    var status = status
    if let previous {
      status.id = previous.id
      try update(status)
    } else {
      status.id =
        try Int.fetchOne(db.cachedStatement(sql: "SELECT max(id) FROM subjectStatus")).map {
          $0 + 1
        } ?? 1
      try insert(status)
    }
    if status.tags != previous?.tags ?? [] { try saveTags(of: status) }
    return status
  }

  private func insert(_ status: SubjectStatus) throws {
    let key = status.subject.key
    try db.cachedStatement(
      sql: """
        INSERT INTO subjectStatus (cid, blobs, reviewState, reviewedAt, reviewedBy, reportedAt,
          isAppealed, appealedAt, takedownEvent, suspendUntil, muteUntil, muteReportingUntil,
          priority, comment, createdAt, updatedAt, did, uri, id)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
    ).execute(arguments: status.columns + [key.did, key.record, status.id])
  }

  private func update(_ status: SubjectStatus) throws {
    let key = status.subject.key
    try db.cachedStatement(
      sql: """
        UPDATE subjectStatus SET cid = ?, blobs = ?, reviewState = ?, reviewedAt = ?,
          reviewedBy = ?, reportedAt = ?, isAppealed = ?, appealedAt = ?, takedownEvent = ?,
          suspendUntil = ?, muteUntil = ?, muteReportingUntil = ?, priority = ?, comment = ?,
          createdAt = ?, updatedAt = ?
        WHERE did = ? AND uri = ?
        """
    ).execute(arguments: status.columns + [key.did, key.record])
  }

  func pending(of did: String, limit: Int) throws -> [SubjectStatus] {
    try statuses(
      "WHERE did = ? AND reviewState IN (?, ?) ORDER BY uri LIMIT ?",
      [
        did, SubjectStatus.ReviewState.open.rawValue,
        SubjectStatus.ReviewState.escalated.rawValue, limit,
      ]
    )
  }

  func suspended(until now: Int, limit: Int) throws -> [SubjectStatus] {
    try statuses("WHERE suspendUntil <= ? ORDER BY suspendUntil LIMIT ?", [now, limit])
  }

  func tagged(until now: Int, limit: Int) throws -> [SubjectStatus] {
    let keys = try Row.fetchAll(
      db,
      sql: "SELECT DISTINCT did, uri FROM subjectTag WHERE expiresAt <= ? LIMIT ?",
      arguments: [now, limit]
    )
    return try keys.compactMap { row in
      try status(SubjectKey(did: row["did"], record: row["uri"]))
    }
  }

  func count(_ state: SubjectStatus.ReviewState, upTo limit: Int) throws -> Int {
    try Int.fetchOne(
      db,
      sql: "SELECT count(*) FROM (SELECT 1 FROM subjectStatus WHERE reviewState = ? LIMIT ?)",
      arguments: [state.rawValue, limit]
    ) ?? 0
  }

  private func statuses(
    _ condition: String,
    _ arguments: StatementArguments
  ) throws -> [SubjectStatus] {
    try Row.fetchAll(db, sql: "SELECT * FROM subjectStatus \(condition)", arguments: arguments)
      .map { try withTags(SubjectStatus($0)) }
  }

  // MARK: Tags

  func withTags(_ status: SubjectStatus) throws -> SubjectStatus {
    let key = status.subject.key
    var status = status
    let rows = try Row.fetchAll(
      db.cachedStatement(
        sql: "SELECT tag, expiresAt FROM subjectTag WHERE did = ? AND uri = ? ORDER BY tag"
      ),
      arguments: [key.did, key.record]
    )
    status.tags = rows.map { SubjectTag($0["tag"], expiresAt: $0["expiresAt"]) }
    return status
  }

  private func saveTags(of status: SubjectStatus) throws {
    let key = status.subject.key
    try db.execute(
      sql: "DELETE FROM subjectTag WHERE did = ? AND uri = ?",
      arguments: [key.did, key.record]
    )
    for tag in status.tags {
      try db.execute(
        sql: "INSERT INTO subjectTag (did, uri, tag, expiresAt) VALUES (?, ?, ?, ?)",
        arguments: [key.did, key.record, tag.name, tag.expiresAt]
      )
    }
  }

  // MARK: Tallies

  func tally(of did: String) throws -> AccountTally {
    let row = try Row.fetchOne(
      db.cachedStatement(sql: "SELECT counts FROM accountTally WHERE did = ?"),
      arguments: [did]
    )
    return row.map { AccountTally(column: $0.bytes("counts")) } ?? AccountTally()
  }

  func setTally(_ tally: AccountTally, of did: String) throws {
    try db.cachedStatement(sql: "INSERT OR REPLACE INTO accountTally (did, counts) VALUES (?, ?)")
      .execute(arguments: [did, tally.column.data])
  }
}

extension SubjectStatus {
  /// The columns in the order of the statements that write them.
  fileprivate var columns: StatementArguments {
    [
      subject.cid,
      subject.blobs.isEmpty
        ? nil : DataValue.array(subject.blobs.map { .string($0) }).cborBytes().data,
      review.state.rawValue, review.at ?? 0, review.by?.string, reports.at ?? 0,
      reports.isAppealed, reports.appealedAt ?? 0, takedown?.event, takedown?.until,
      mutes.subjectUntil, mutes.reporterUntil, priority, comment, createdAt, updatedAt,
    ]
  }

  /// Everything but the tags.
  init(_ row: Row) throws {
    guard let state = ReviewState(rawValue: row["reviewState"]) else {
      throw ServiceError(.corruption, "cannot read a status: its review state is not known")
    }
    let blobs = try row.bytesIfPresent("blobs").map { try DataValue(cbor: $0) }
    self.init(
      try Subject(row, blobs: blobs?.array?.compactMap(\.string) ?? []),
      createdAt: row["createdAt"]
    )
    id = row["id"]
    let reviewer: String? = row["reviewedBy"]
    review = Review(
      state: state,
      at: Self.time(row["reviewedAt"]),
      by: try reviewer.map { try DID($0) }
    )
    reports = Reports(
      at: Self.time(row["reportedAt"]),
      isAppealed: row["isAppealed"],
      appealedAt: Self.time(row["appealedAt"])
    )
    takedown = (row["takedownEvent"] as Int?).map {
      Takedown(event: $0, until: row["suspendUntil"])
    }
    mutes = Mutes(subjectUntil: row["muteUntil"], reporterUntil: row["muteReportingUntil"])
    priority = row["priority"]
    comment = row["comment"]
    updatedAt = row["updatedAt"]
  }

  private static func time(_ column: Int) -> Int? { column == 0 ? nil : column }
}
