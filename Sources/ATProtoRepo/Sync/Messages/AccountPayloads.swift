import ATProtoData

/// The payload of a `#sync` message.
struct SyncPayload: ReadableValue {
  private static let fields = FieldTable("did rev seq time blocks")

  let message: NumberedMessage

  init(from reader: inout DataReader) throws(DataError) {
    var object = try reader.beginObject(Self.fields)
    var did: String?
    var rev: String?
    var sequence: PlacedSequence?
    var time: String?
    var blocks: Bytes?
    while let field = try reader.nextField(&object) {
      switch field {
      case 0: did = try reader.text()
      case 1: rev = try reader.text()
      case 2: sequence = try PlacedSequence(from: &reader)
      case 3: time = try reader.text()
      default: blocks = try reader.bytes()
      }
    }
    let account = try reader.required(did, 0, object)
    message = NumberedMessage(
      sequence: try reader.required(sequence, 2, object),
      did: account,
      time: try reader.required(time, 3, object),
      content: .sync(
        SyncMessage(
          did: account,
          rev: try reader.required(rev, 1, object),
          blocks: try reader.required(blocks, 4, object).array
        )
      )
    )
  }
}

/// The payload of an `#identity` message.
struct IdentityPayload: ReadableValue {
  private static let fields = FieldTable("did seq time handle")

  let message: NumberedMessage

  init(from reader: inout DataReader) throws(DataError) {
    var object = try reader.beginObject(Self.fields)
    var did: String?
    var sequence: PlacedSequence?
    var time: String?
    var handle: String?
    while let field = try reader.nextField(&object) {
      switch field {
      case 0: did = try reader.text()
      case 1: sequence = try PlacedSequence(from: &reader)
      case 2: time = try reader.text()
      default: handle = try reader.text()
      }
    }
    let account = try reader.required(did, 0, object)
    message = NumberedMessage(
      sequence: try reader.required(sequence, 1, object),
      did: account,
      time: try reader.required(time, 2, object),
      content: .identity(IdentityMessage(did: account, handle: handle))
    )
  }
}

/// The payload of an `#account` message.
struct AccountPayload: ReadableValue {
  private static let fields = FieldTable("did seq time active status")

  let message: NumberedMessage

  init(from reader: inout DataReader) throws(DataError) {
    var object = try reader.beginObject(Self.fields)
    var did: String?
    var sequence: PlacedSequence?
    var time: String?
    var isActive: Bool?
    var status: String?
    while let field = try reader.nextField(&object) {
      switch field {
      case 0: did = try reader.text()
      case 1: sequence = try PlacedSequence(from: &reader)
      case 2: time = try reader.text()
      case 3: isActive = try reader.boolean()
      default: status = try reader.text()
      }
    }
    let account = try reader.required(did, 0, object)
    message = NumberedMessage(
      sequence: try reader.required(sequence, 1, object),
      did: account,
      time: try reader.required(time, 2, object),
      content: .account(
        AccountMessage(
          did: account,
          isActive: try reader.required(isActive, 3, object),
          status: status
        )
      )
    )
  }
}
