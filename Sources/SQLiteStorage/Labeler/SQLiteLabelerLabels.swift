import Foundation
import GRDB
import Labeler
import ServiceKit

/// The tables `label` and `signingKey` of a database.
final class SQLiteLabelerLabels: LabelStore {
  private static let select = "SELECT seq, uri, val, cid, neg, cts, exp, key, sig FROM label "

  private let db: Database
  /// New labels have greater sequence numbers.
  private let floor: Int
  /// Whether this transaction stored labels.
  private(set) var hasNewLabels = false

  init(_ db: Database, floor: Int) {
    self.db = db
    self.floor = floor
  }

  private func rows(_ condition: String, _ arguments: StatementArguments) throws -> [LabelRow] {
    let cursor = try Row.fetchCursor(
      db.cachedStatement(sql: Self.select + condition),
      arguments: arguments
    )
    var rows: [LabelRow] = []
    while let row = try cursor.next() { rows.append(LabelRow(row)) }
    return rows
  }

  func row(uri: String, value: String) throws -> LabelRow? {
    try rows("WHERE uri = ? AND val = ?", [uri, value]).first
  }

  func newest() throws -> (sequence: Int, createdAt: Int)? {
    let row = try Row.fetchOne(
      db.cachedStatement(sql: "SELECT seq, cts FROM label ORDER BY seq DESC LIMIT 1")
    )
    guard let row else { return floor > 0 ? (floor, 0) : nil }
    return (max(row[0], floor), row[1])
  }

  func replace(_ row: LabelRow) throws {
    guard try row.sequence > newest()?.sequence ?? 0 else {
      throw ServiceError(.storage, "cannot store label \(row.sequence): its number is in use")
    }
    try db.cachedStatement(sql: "DELETE FROM label WHERE uri = ? AND val = ?")
      .execute(arguments: [row.uri, row.value])
    try db.cachedStatement(
      sql: """
        INSERT INTO label (seq, uri, val, cid, neg, cts, exp, key, sig)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
    ).execute(arguments: [
      row.sequence, row.uri, row.value, row.cid, row.isNegated, row.createdAt, row.expiresAt,
      row.key, row.signature.data,
    ])
    hasNewLabels = true
  }

  func rows(in ranges: [SubjectRange], after cursor: LabelCursor?, limit: Int) throws -> [LabelRow]
  {
    var found: [LabelRow] = []
    for range in ranges where found.count < limit {
      found += try rows(in: range, after: cursor, limit: limit - found.count)
    }
    return found
  }

  private func rows(
    in range: SubjectRange,
    after cursor: LabelCursor?,
    limit: Int
  ) throws -> [LabelRow] {
    // No value is empty, so this is the position before all labels of the range.
    var start = LabelCursor(uri: range.from, value: "")
    // All characters are ASCII, so strings have the order of their bytes.
    if let cursor, cursor.uri >= range.from { start = cursor }
    guard let end = range.to else {
      guard start.uri == range.from else { return [] }
      return try rows(
        "WHERE uri = ? AND val > ? ORDER BY val LIMIT ?",
        [start.uri, start.value, limit]
      )
    }
    guard start.uri < end else { return [] }
    return try rows(
      "WHERE (uri, val) > (?, ?) AND uri < ? ORDER BY uri, val LIMIT ?",
      [start.uri, start.value, end, limit]
    )
  }

  func rows(after sequence: Int, maximumCount: Int) throws -> [LabelRow] {
    try rows("WHERE seq > ? ORDER BY seq LIMIT ?", [sequence, maximumCount])
  }

  func lastSequence(createdBefore milliseconds: Int) throws -> Int? {
    // One query for both would read all labels.
    guard var low = try Int.fetchOne(db, sql: "SELECT min(seq) FROM label"),
      var high = try Int.fetchOne(db, sql: "SELECT max(seq) FROM label")
    else { return nil }
    // Sequence numbers and times have the same order.
    let statement = try db.cachedStatement(
      sql: "SELECT seq, cts FROM label WHERE seq <= ? ORDER BY seq DESC LIMIT 1"
    )
    var found: Int?
    while low <= high {
      let middle = low + (high - low) / 2
      guard let row = try Row.fetchOne(statement, arguments: [middle]) else { break }
      let sequence: Int = row[0]
      let createdAt: Int = row[1]
      if createdAt < milliseconds {
        found = sequence
        low = middle + 1
      } else {
        high = sequence - 1
      }
    }
    return found
  }

  func setSignature(_ signature: [UInt8], key: Int, of sequence: Int, ifKeyIs old: Int) throws {
    try db.cachedStatement(sql: "UPDATE label SET sig = ?, key = ? WHERE seq = ? AND key = ?")
      .execute(arguments: [signature.data, key, sequence, old])
  }

  func keys() throws -> [(id: Int, didKey: String)] {
    try Row.fetchAll(db, sql: "SELECT id, didKey FROM signingKey ORDER BY id").map { row in
      (row[0], row[1])
    }
  }

  func addKey(_ didKey: String) throws -> Int {
    try db.execute(sql: "INSERT INTO signingKey (didKey) VALUES (?)", arguments: [didKey])
    return Int(db.lastInsertedRowID)
  }

  func count() throws -> Int {
    try Int.fetchOne(db, sql: "SELECT count(*) FROM label") ?? 0
  }
}

extension LabelRow {
  /// - Parameter row: the columns of a label, in the order of the table.
  fileprivate init(_ row: Row) {
    self.init(
      sequence: row[0],
      uri: row[1],
      value: row[2],
      cid: row[3],
      isNegated: row[4],
      createdAt: row[5],
      expiresAt: row[6],
      key: row[7],
      signature: [UInt8](row[8] as Data)
    )
  }
}
