package import ATProtoData

/// The body of an error response or error frame: `{"error": name, "message": text}`.
public struct XRPCErrorBody: Hashable, Sendable {
  /// An ASCII name without white space: `InvalidRequest`, `RecordNotFound`.
  public var name: String
  /// A description for people.
  public var message: String?

  /// Creates an error body.
  public init(name: String, message: String? = nil) {
    self.name = name
    self.message = message
  }
}

extension XRPCErrorBody: CustomStringConvertible {
  /// The name and the message.
  public var description: String {
    message.map { "\(name): \($0)" } ?? name
  }
}

/// The wire format of ``XRPCErrorBody``: JSON in responses (XRPC specification, "Error Responses"),
/// DAG-CBOR in error frames (Event Stream specification, "Framing").
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
