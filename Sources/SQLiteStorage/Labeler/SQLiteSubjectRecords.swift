import ATProtoData
import GRDB
import Labeler

struct SQLiteSubjectRecords: SubjectRecordStore {
  let db: Database

  func record(_ uri: String, cid: String?) throws -> SubjectRecord? {
    let row =
      if let cid {
        try Row.fetchOne(
          db,
          sql: "SELECT * FROM subjectRecord WHERE uri = ? AND cid = ?",
          arguments: [uri, cid]
        )
      } else {
        try Row.fetchOne(
          db,
          sql: "SELECT * FROM subjectRecord WHERE uri = ? ORDER BY fetchedAt DESC LIMIT 1",
          arguments: [uri]
        )
      }
    return try row.map { row in
      SubjectRecord(
        uri: row["uri"],
        cid: row["cid"],
        value: try DataValue(cbor: row.bytes("value"), rules: .allowsForeignCIDs),
        fetchedAt: row["fetchedAt"]
      )
    }
  }

  func save(_ record: SubjectRecord) throws {
    try db.execute(
      sql: """
        INSERT OR REPLACE INTO subjectRecord (uri, cid, value, fetchedAt) VALUES (?, ?, ?, ?)
        """,
      arguments: [record.uri, record.cid, record.value.cborBytes().data, record.fetchedAt]
    )
    try db.execute(
      sql: """
        DELETE FROM subjectRecord WHERE uri = ? AND cid NOT IN (
          SELECT cid FROM subjectRecord WHERE uri = ? ORDER BY fetchedAt DESC, cid LIMIT ?
        )
        """,
      arguments: [record.uri, record.uri, SubjectRecord.maximumVersions]
    )
  }
}
