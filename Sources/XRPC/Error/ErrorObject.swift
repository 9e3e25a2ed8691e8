package import ATProtoData

/// The wire form of ``XRPCErrorBody``, in JSON (XRPC specification, "Error Responses") and in
/// DAG-CBOR (Event Stream specification, "Framing").
package struct ErrorObject: LexiconObject {
  package static let fields = FieldTable("error message")

  package var error: String
  package var message: String?
  package var unknownFields = UnknownFields()

  package init(_ body: XRPCErrorBody) {
    error = body.name
    message = body.message
  }

  package init(from reader: inout DataReader) throws(DataError) {
    var object = try reader.beginObject(Self.fields)
    var error: String?
    var message: String?
    while let index = try reader.nextField(&object) {
      switch index {
      case 0: error = try String(from: &reader)
      default: message = try String(from: &reader)
      }
    }
    self.error = try reader.required(error, 0, object)
    self.message = message
    unknownFields = reader.unknownFields(object)
  }

  package func encode(to writer: inout DataWriter) {
    var object = writer.beginObject(Self.fields, unknownFields)
    writer.field(0, error, &object)
    writer.optional(1, message, &object)
    writer.endObject(&object)
  }

  package var body: XRPCErrorBody {
    XRPCErrorBody(name: error, message: message)
  }
}
