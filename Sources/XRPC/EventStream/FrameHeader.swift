import ATProtoData

/// The first of the two objects of a frame: `{"op": 1, "t": "#commit"}` or `{"op": -1}`.
struct FrameHeader: LexiconObject {
  static let fields = FieldTable("t op")

  var type: String?
  var operation: Int
  var unknownFields = UnknownFields()

  init(operation: Int, type: String?) {
    self.operation = operation
    self.type = type
  }

  init(from reader: inout DataReader) throws(DataError) {
    var object = try reader.beginObject(Self.fields)
    var type: String?
    var operation: Int?
    while let index = try reader.nextField(&object) {
      switch index {
      case 0: type = try String(from: &reader)
      default: operation = try Int(from: &reader)
      }
    }
    self.type = type
    self.operation = try reader.required(operation, 1, object)
    unknownFields = reader.unknownFields(object)
  }

  func encode(to writer: inout DataWriter) {
    var object = writer.beginObject(Self.fields, unknownFields)
    writer.optional(0, type, &object)
    writer.field(1, operation, &object)
    writer.endObject(&object)
  }
}
