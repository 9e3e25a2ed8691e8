import ATProtoData

// The objects of a frame that are not messages about an account.

struct FrameHeader: ReadableValue {
  private static let fields = FieldTable("t op")

  var type: String?
  var operation: Int

  init(from reader: inout DataReader) throws(DataError) {
    var object = try reader.beginObject(Self.fields)
    var operation: Int?
    while let field = try reader.nextField(&object) {
      switch field {
      case 0: type = try reader.text()
      default: operation = try reader.integer()
      }
    }
    self.operation = try reader.required(operation, 1, object)
  }
}

struct ErrorPayload: ReadableValue {
  private static let fields = FieldTable("error message")

  var name: String
  var message: String?

  init(from reader: inout DataReader) throws(DataError) {
    var object = try reader.beginObject(Self.fields)
    var name: String?
    while let field = try reader.nextField(&object) {
      switch field {
      case 0: name = try reader.text()
      default: message = try reader.text()
      }
    }
    self.name = try reader.required(name, 0, object)
  }
}

struct InfoPayload: ReadableValue {
  private static let fields = FieldTable("name message")

  var name: String
  var message: String?

  init(from reader: inout DataReader) throws(DataError) {
    var object = try reader.beginObject(Self.fields)
    var name: String?
    while let field = try reader.nextField(&object) {
      switch field {
      case 0: name = try reader.text()
      default: message = try reader.text()
      }
    }
    self.name = try reader.required(name, 0, object)
  }
}

/// The number and the account of a payload whose other fields are not read.
struct AnyPayload: ReadableValue {
  private static let fields = FieldTable("did seq repo")

  private var did: String?
  private var repo: String?
  private var sequence: PlacedSequence?

  init(from reader: inout DataReader) throws(DataError) {
    var object = try reader.beginObject(Self.fields)
    while let field = try reader.nextField(&object) {
      let start = reader.position
      let value = try DataValue(from: &reader)
      switch field {
      case 0: did = value.string
      case 1:
        if let number = value.integer {
          sequence = PlacedSequence(value: number, range: start..<reader.position)
        }
      default: repo = value.string
      }
    }
  }

  /// The message of a payload whose fields are not those of its type.
  func malformed(_ reason: String) -> NumberedMessage {
    NumberedMessage(
      sequence: sequence,
      did: did ?? repo ?? "",
      time: "",
      content: .malformed(reason: reason)
    )
  }

  /// The range of `seq`.
  static func sequence(in payload: [UInt8]) -> Range<Int>? {
    var consumed = 0
    let payload = try? AnyPayload(
      cborPrefix: payload.span.bytes,
      consumed: &consumed,
      limits: .default
    )
    return payload?.sequence?.range
  }
}
