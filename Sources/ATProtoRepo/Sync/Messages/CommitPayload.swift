import ATProtoData

/// The payload of a `#commit` message.
struct CommitPayload: ReadableValue {
  private static let fields = FieldTable(
    "ops rev seq repo time blobs since blocks commit rebase tooBig prevData"
  )

  let message: NumberedMessage

  init(from reader: inout DataReader) throws(DataError) {
    var object = try reader.beginObject(Self.fields)
    var operations: [CommitMessage.Operation]?
    var rev: String?
    var sequence: PlacedSequence?
    var repo: String?
    var time: String?
    var since: Nullable<String>?
    var blocks: Bytes?
    var commit: CID?
    var prevData: CID?
    // Deprecated, but frames are passed on as they are, and strict consumers would drop their
    // connection if a field were missing.
    var blobs: Void?
    var rebase: Bool?
    var tooBig: Bool?
    while let field = try reader.nextField(&object) {
      switch field {
      case 0: operations = try Self.operations(from: &reader)
      case 1: rev = try reader.text()
      case 2: sequence = try PlacedSequence(from: &reader)
      case 3: repo = try reader.text()
      case 4: time = try reader.text()
      case 5: blobs = try Self.skipLinks(from: &reader)
      case 6: since = try Nullable(from: &reader)
      case 7: blocks = try reader.bytes()
      case 8: commit = try reader.link()
      case 9: rebase = try reader.boolean()
      case 10: tooBig = try reader.boolean()
      default: prevData = try reader.link()
      }
    }
    _ = try reader.required(blobs, 5, object)
    _ = try reader.required(rebase, 9, object)
    _ = try reader.required(tooBig, 10, object)
    let did = try reader.required(repo, 3, object)
    message = NumberedMessage(
      sequence: try reader.required(sequence, 2, object),
      did: did,
      time: try reader.required(time, 4, object),
      content: .commit(
        CommitMessage(
          repo: did,
          rev: try reader.required(rev, 1, object),
          since: try reader.required(since, 6, object).value,
          commit: try reader.required(commit, 8, object),
          blocks: try reader.required(blocks, 7, object).array,
          operations: try reader.required(operations, 0, object),
          prevData: prevData
        )
      )
    )
  }

  private static func operations(
    from reader: inout DataReader
  ) throws(DataError) -> [CommitMessage.Operation] {
    var array = try reader.beginArray()
    var operations: [CommitMessage.Operation] = []
    while try reader.nextElement(&array) {
      operations.append(try CommitMessage.Operation(from: &reader))
    }
    return operations
  }

  private static func skipLinks(from reader: inout DataReader) throws(DataError) {
    var array = try reader.beginArray()
    while try reader.nextElement(&array) { _ = try reader.link() }
  }
}

extension CommitMessage.Operation {
  private static let fields = FieldTable("cid path prev action")

  fileprivate init(from reader: inout DataReader) throws(DataError) {
    var object = try reader.beginObject(Self.fields)
    var cid: Nullable<CID>?
    var path: String?
    var prev: CID?
    var action: String?
    while let field = try reader.nextField(&object) {
      switch field {
      case 0: cid = try Nullable(from: &reader)
      case 1: path = try reader.text()
      case 2: prev = try reader.link()
      default: action = try reader.text()
      }
    }
    self.init(
      action: try reader.required(action, 3, object),
      path: try reader.required(path, 1, object),
      cid: try reader.required(cid, 0, object).value,
      prev: prev
    )
  }
}
