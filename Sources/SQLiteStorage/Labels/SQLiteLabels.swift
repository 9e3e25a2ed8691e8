import ATProtoData
import ATProtoLabels
import ATProtoSyntax
import ComAtprotoAPI
import GRDB

/// The tables of a label index within one transaction.
struct SQLiteLabels {
  let db: Database

  /// The number of a source; nil if it is not followed.
  func id(of source: DID) throws -> Int? {
    try Int.fetchOne(
      db.cachedStatement(sql: "SELECT id FROM labelSource WHERE did = ?"),
      arguments: [source.string]
    )
  }

  /// Sets the cursor of a source, which is added if it is new.
  func setCursor(_ cursor: Int, of source: DID) throws -> Int {
    let id = try Int.fetchOne(
      db.cachedStatement(
        sql: """
          INSERT INTO labelSource (did, cursor) VALUES (?1, ?2)
          ON CONFLICT (did) DO UPDATE SET cursor = ?2 RETURNING id
          """
      ),
      arguments: [source.string, cursor]
    )
    guard let id else { preconditionFailure("an inserted row must be returned") }
    return id
  }

  func labels(on subject: String, from sources: Set<Int>) throws -> [Label] {
    // All sources of the index are followed, so few rows are of another one.
    let rows = try Row.fetchAll(
      db.cachedStatement(sql: "SELECT src, label FROM labelState WHERE uri = ?"),
      arguments: [subject]
    )
    return try rows.filter { sources.contains($0["src"]) }.map(Label.init)
  }

  func apply(_ label: Label, _ key: LabelKey, from source: Int) throws {
    var state = LabelState()
    for label in try labels(of: key, from: source) { state.apply(label) }
    // A subject that is full can still be taken down.
    if state.isEmpty, !LabelValue.redacting.contains(key.value) {
      let count = try valueCount(on: key.subject, from: source)
      guard count < LabelIndexLimits.valuesPerSubject else { return }
    }
    guard state.apply(label) else { return }
    try db.cachedStatement(
      sql: "DELETE FROM labelState WHERE uri = ? AND src = ? AND val = ?"
    ).execute(arguments: [key.subject, source, key.value])
    for label in state.labels { try insert(label, from: source) }
  }

  private func labels(of key: LabelKey, from source: Int) throws -> [Label] {
    try Row.fetchAll(
      db.cachedStatement(
        sql: "SELECT label FROM labelState WHERE uri = ? AND src = ? AND val = ?"
      ),
      arguments: [key.subject, source, key.value]
    ).map(Label.init)
  }

  private func valueCount(on subject: String, from source: Int) throws -> Int {
    try Int.fetchOne(
      db.cachedStatement(
        sql: "SELECT count(DISTINCT val) FROM labelState WHERE uri = ? AND src = ?"
      ),
      arguments: [subject, source]
    ) ?? 0
  }

  private func insert(_ label: Label, from source: Int) throws {
    let isNegation = label.neg == true
    try db.cachedStatement(
      sql: """
        INSERT INTO labelState (uri, src, val, neg, cid, cts, exp, label)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """
    ).execute(
      arguments: [
        label.uri.string, source, label.val, isNegation, isNegation ? "" : label.cid?.string ?? "",
        label.cts.microseconds ?? 0, label.exp?.microseconds, label.cborBytes().data,
      ]
    )
  }

  /// The first subject that is at least `count` rows after `start`; nil at the end of the table.
  func endOfPage(from start: String, _ count: Int) throws -> String? {
    try String.fetchOne(
      db,
      sql: "SELECT uri FROM labelState WHERE uri > ? ORDER BY uri LIMIT 1 OFFSET ?",
      arguments: [start, count]
    )
  }
}

extension Label {
  fileprivate init(_ row: Row) throws {
    try self.init(cbor: row.bytes("label"))
  }
}

extension FormatString<Datetime> {
  fileprivate var microseconds: Int64? {
    guard let instant = try? parsed().instant else { return nil }
    return instant.seconds * 1_000_000 + Int64(instant.nanoseconds / 1000)
  }
}
