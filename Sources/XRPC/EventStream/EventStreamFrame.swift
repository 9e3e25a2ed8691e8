public import ATProtoData

/// A binary WebSocket message of an event stream: a header followed by a payload, both DAG-CBOR
/// (Event Stream specification, "Framing").
public enum EventStreamFrame: Hashable, Sendable {
  /// `op` 1. The type is in short form (`#commit`) if the subscription's own document defines it; the
  /// payload is an object without `$type`.
  case message(type: String, payload: [UInt8])
  /// `op` -1: the last frame of a stream.
  case error(XRPCErrorBody)
  /// An unknown `op`: "Clients should ignore frames with headers that have unknown `op`".
  case unknown(operation: Int)

  /// Splits a frame into header and payload.
  ///
  /// - Throws: if framing or encoding is not valid; a client should then close the connection.
  public init(bytes: [UInt8], limits: DataLimits = .default) throws(ProtocolError) {
    do {
      var length = 0
      let header = try FrameHeader(
        cborPrefix: bytes.span.bytes,
        consumed: &length,
        limits: limits
      )
      switch (header.operation, header.type) {
      case (1, let type?):
        self = .message(type: type, payload: Array(bytes[length...]))
      case (1, nil):
        throw ProtocolError(
          code: .undecodableFrame,
          reason: "the header of a message frame has no type (t)"
        )
      case (-1, _):
        let error = try ErrorObject(cbor: Array(bytes[length...]), limits: limits)
        self = .error(error.body)
      case (let operation, _):
        self = .unknown(operation: operation)
      }
    } catch let error as ProtocolError {
      throw error
    } catch {
      throw ProtocolError(code: .undecodableFrame, reason: "\(error)")
    }
  }

  /// Encodes the frame as one WebSocket message.
  public func bytes() -> [UInt8] {
    switch self {
    case .message(let type, let payload):
      FrameHeader(operation: 1, type: type).cborBytes() + payload
    case .error(let body):
      FrameHeader(operation: -1, type: nil).cborBytes() + ErrorObject(body).cborBytes()
    case .unknown(let operation):
      FrameHeader(operation: operation, type: nil).cborBytes()
    }
  }
}

/// The header of a frame: `{"op": 1, "t": "#commit"}` or `{"op": -1}`.
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
