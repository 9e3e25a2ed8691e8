package import NIOCore
package import NIOWebSocket

/// A frame as a server sends it: final and not masked, and therefore the same for all clients.
package enum ServerFrame {
  /// Encodes a binary message.
  package static func binary(_ payload: [UInt8]) -> ByteBuffer {
    message(0x82, payload)
  }

  /// Encodes a text message, which must be valid UTF-8.
  package static func text(_ payload: some Collection<UInt8>) -> ByteBuffer {
    message(0x81, payload)
  }

  /// A length of 126 means that the length follows in two bytes, and 127 that it follows in eight
  /// (RFC 6455, 5.2).
  private static func message(_ start: UInt8, _ payload: some Collection<UInt8>) -> ByteBuffer {
    var buffer = ByteBufferAllocator().buffer(capacity: payload.count + 10)
    buffer.writeInteger(start)
    switch payload.count {
    case ..<126:
      buffer.writeInteger(UInt8(payload.count))
    case ..<(1 << 16):
      buffer.writeInteger(126, as: UInt8.self)
      buffer.writeInteger(UInt16(payload.count))
    default:
      buffer.writeInteger(127, as: UInt8.self)
      buffer.writeInteger(UInt64(payload.count))
    }
    buffer.writeBytes(payload)
    return buffer
  }

  /// Returns the payload of a message.
  package static func payload(of frame: ByteBuffer) -> [UInt8] {
    let length = frame.getInteger(at: frame.readerIndex + 1, as: UInt8.self)
    let headerSize =
      switch length {
      case 126: 4
      case 127: 10
      default: 2
      }
    return Array(frame.readableBytesView.dropFirst(headerSize))
  }

  /// Encodes a control frame.
  ///
  /// - Precondition: the payload has at most 125 bytes (RFC 6455, 5.5).
  package static func control(_ opcode: WebSocketOpcode, _ payload: ByteBuffer) -> ByteBuffer {
    var payload = payload
    var buffer = ByteBufferAllocator().buffer(capacity: payload.readableBytes + 2)
    buffer.writeInteger(0x80 | UInt8(webSocketOpcode: opcode))
    buffer.writeInteger(UInt8(payload.readableBytes))
    buffer.writeBuffer(&payload)
    return buffer
  }
}
