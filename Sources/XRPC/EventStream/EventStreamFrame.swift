public import ATProtoData

/// One binary WebSocket message of an event stream: a header and a payload, both DAG-CBOR,
/// one after the other.
///
/// Event Stream specification, "Framing".
public enum EventStreamFrame: Hashable, Sendable {
  /// `op` 1. The type is in short form (`#commit`) where the subscription's own document defines
  /// it; the payload is an object without `$type`.
  case message(type: String, payload: [UInt8])
  /// `op` -1: the last frame of a stream.
  case error(XRPCErrorBody)
  /// An `op` we do not know: "Clients should ignore frames with headers that have unknown `op`".
  case unknown(operation: Int)

  /// Splits a frame. Framing or encoding that is not as specified is a hard error: the client
  /// should drop the connection.
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
        throw ProtocolError(code: .undecodableFrame, reason: "a message frame has no type")
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

  /// The frame as it goes into one WebSocket message.
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
