import ATProtoData

/// The answer to `/xrpc/_health`.
struct HealthReport: LexiconObject {
  static let fields = FieldTable("version")

  var version: String
  var unknownFields = UnknownFields()

  init(version: String) {
    self.version = version
  }

  init(from reader: inout DataReader) throws(DataError) {
    var object = try reader.beginObject(Self.fields)
    var version: String?
    while try reader.nextField(&object) != nil {
      version = try String(from: &reader)
    }
    self.version = try reader.required(version, 0, object)
    unknownFields = object.unknownFields
  }

  func encode(to writer: inout DataWriter) {
    var object = writer.beginObject(Self.fields, unknownFields)
    writer.field(0, version, &object)
    writer.endObject(&object)
  }
}
