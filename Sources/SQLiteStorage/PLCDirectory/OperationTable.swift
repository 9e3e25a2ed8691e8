import ATProtoData
import ATProtoIdentity
import ATProtoSyntax
import Foundation
import GRDB
import PLCDirectory

/// The table of PLC operations, within a transaction.
struct OperationTable {
  let db: Database

  func log(of did: DID) throws -> PLCLog {
    let rows = try Row.fetchAll(
      db,
      sql: "SELECT * FROM operation WHERE did = ? ORDER BY seq",
      arguments: [did.string]
    )
    return PLCLog(of: did, verified: try rows.map(PLCLog.Entry.init))
  }

  func store(_ log: PLCLog, over before: PLCLog) throws {
    for (old, new) in zip(before.entries, log.entries) where old != new {
      try db.execute(
        sql: "UPDATE operation SET isNullified = ? WHERE did = ? AND cid = ?",
        arguments: [new.isNullified, log.did.string, new.operation.cid.description]
      )
    }
    for entry in log.entries.dropFirst(before.entries.count) {
      try db.execute(
        sql: """
          INSERT INTO operation (did, cid, block, createdAt, isNullified) VALUES (?, ?, ?, ?, ?)
          """,
        arguments: [
          log.did.string, entry.operation.cid.description, Data(entry.operation.block),
          entry.createdAt.string, entry.isNullified,
        ]
      )
    }
  }

  func export(after cursor: PLCExportCursor, count: Int) throws -> [PLCExportLine] {
    let rows: [Row]
    switch cursor {
    case .sequence(let sequence):
      rows = try Row.fetchAll(
        db,
        sql: "SELECT * FROM operation WHERE seq > ? ORDER BY seq LIMIT ?",
        arguments: [sequence, count]
      )
    case .time(let time):
      // Convert to the form in which times are stored.
      let text = time.flatMap { Datetime($0.instant)?.string } ?? ""
      rows = try Row.fetchAll(
        db,
        sql: "SELECT * FROM operation WHERE createdAt > ? ORDER BY createdAt, seq LIMIT ?",
        arguments: [text, count]
      )
    }
    return try rows.map { row in
      PLCExportLine(
        did: try DID(row["did"]),
        sequence: row["seq"],
        entry: try PLCLog.Entry(row)
      )
    }
  }
}

extension PLCLog.Entry {
  fileprivate init(_ row: Row) throws {
    self.init(
      operation: try PLCOperation(block: [UInt8](row["block"] as Data)),
      createdAt: try Datetime(row["createdAt"]),
      isNullified: row["isNullified"]
    )
  }
}
