import ATProtoData
import ATProtoSyntax
import GRDB
import Labeler
import ServiceKit

struct SQLiteModerationEvents: ModerationEventStore {
  let db: Database

  func append(_ event: ModerationEvent) throws -> Int {
    let key = event.subject.key
    try db.cachedStatement(
      sql: """
        INSERT INTO moderationEvent
          (type, createdAt, createdBy, did, uri, cid, comment, externalId, body, extra)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
    ).execute(
      arguments: [
        event.action.kind.rawValue, event.createdAt, event.createdBy.string, key.did, key.record,
        event.subject.cid, event.comment, event.externalID, event.body.data,
        EventExtra(event).column?.data,
      ]
    )
    return Int(db.lastInsertedRowID)
  }

  func event(_ id: Int) throws -> ModerationEvent? {
    try Row.fetchOne(
      db.cachedStatement(sql: "SELECT * FROM moderationEvent WHERE id = ?"),
      arguments: [id]
    ).map(ModerationEvent.init)
  }

  func event(
    about subject: SubjectKey,
    kind: ModerationAction.Kind,
    externalID: String
  ) throws -> Int? {
    try Int.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT id FROM moderationEvent
          WHERE did = ? AND uri = ? AND type = ? AND externalId = ?
          """
      ),
      arguments: [subject.did, subject.record, kind.rawValue, externalID]
    )
  }

  func page(_ filter: EventFilter, after: Int?) throws -> EventPage {
    var source = EventSource(filter)
    source.sql += filter.isAscending ? " AND id > ? ORDER BY id" : " AND id < ? ORDER BY id DESC"
    source.arguments += [after ?? (filter.isAscending ? 0 : Int.max)]
    let rows = try Row.fetchCursor(
      db.cachedStatement(sql: source.sql),
      arguments: source.arguments
    )
    var collector = PageCollector<ModerationEvent, Int>(limit: filter.limit)
    while let row = try rows.next() {
      let goesOn = try collector.examine(at: row["id"]) {
        guard
          filter.matches(
            ModerationAction.Kind(rawValue: row["type"]),
            createdBy: row["createdBy"],
            createdAt: row["createdAt"]
          )
        else { return nil }
        let event = try ModerationEvent(row)
        return filter.matches(event) ? event : nil
      }
      guard goesOn else { break }
    }
    return EventPage(events: collector.items, next: collector.next)
  }
}

/// The index that has the events of a filter in the order of their numbers.
private struct EventSource {
  var sql: String
  var arguments: StatementArguments

  init(_ filter: EventFilter) {
    let (index, condition): (String, String)
    switch filter.scope.selection {
    case .one(let key):
      (index, condition) = ("INDEXED BY eventOfSubject", "did = ? AND uri = ?")
      arguments = [key.did, key.record]
    case .account(let did):
      (index, condition) = ("INDEXED BY eventOfAccount", "did = ?")
      arguments = [did]
    case nil:
      if let creator = filter.createdBy {
        (index, condition) = ("INDEXED BY eventOfCreator", "createdBy = ?")
        arguments = [creator.string]
      } else if let kinds = filter.kinds, kinds.count == 1, let kind = kinds.first {
        (index, condition) = ("INDEXED BY eventOfType", "type = ?")
        arguments = [kind.rawValue]
      } else {
        (index, condition) = ("NOT INDEXED", "TRUE")
        arguments = []
      }
    }
    sql = "SELECT * FROM moderationEvent \(index) WHERE \(condition)"
  }
}

extension ModerationEvent {
  fileprivate init(_ row: Row) throws {
    let extra = try EventExtra(column: row.bytesIfPresent("extra"))
    let body = row.bytes("body")
    self.init(
      id: row["id"],
      subject: try Subject(row, blobs: extra.blobs),
      action: try ModerationAction(stored: body),
      comment: row["comment"],
      modTool: extra.tool,
      externalID: row["externalId"],
      body: body,
      createdAt: row["createdAt"],
      createdBy: try DID(row["createdBy"])
    )
  }
}

extension Subject {
  /// The subject of a row with the columns `did`, `uri`, and `cid`.
  init(_ row: Row, blobs: [String]) throws {
    let uri: String = row["uri"]
    if uri.isEmpty {
      self.init(try DID(row["did"]), blobs: blobs)
      return
    }
    guard let subject = Subject(try ATURI(uri), cid: row["cid"], blobs: blobs) else {
      throw ServiceError(.corruption, "cannot read the subject \(uri)")
    }
    self = subject
  }
}

/// What few events have.
private struct EventExtra {
  var blobs: [String] = []
  var tool: ModTool?

  init(_ event: ModerationEvent) {
    blobs = event.subject.blobs
    tool = event.modTool
  }

  init(column: [UInt8]?) throws {
    guard let column else { return }
    let value = try DataValue(cbor: column, rules: .allowsForeignCIDs)
    blobs = value["blobs"]?.array?.compactMap(\.string) ?? []
    if let name = value["tool"]?.string { tool = ModTool(name: name, meta: value["meta"]) }
  }

  /// Nil if there is nothing to store.
  var column: [UInt8]? {
    var object = DataObject()
    if !blobs.isEmpty { object["blobs"] = .array(blobs.map { .string($0) }) }
    if let tool {
      object["tool"] = .string(tool.name)
      object["meta"] = tool.meta
    }
    return object.isEmpty ? nil : DataValue.object(object).cborBytes()
  }
}
