package import NIOCore
package import NIOWebSocket

/// Interprets the frames of a peer and joins fragments: the I/O-free part of RFC 6455.
///
/// Reading must stop after a violation or a close frame.
package struct WebSocketReader {
  package enum Event {
    case text(String)
    case binary(ByteBuffer)
    case ping(ByteBuffer)
    case pong
    /// The peer closes the connection; the code is nil if the frame has none.
    case close(code: Int?)
    /// A fragment that is not the last one of its message.
    case fragment
  }

  /// "A client MUST mask all frames that it sends to the server"; a server must not (5.1).
  private let expectsMask: Bool
  private let maximumMessageBytes: Int
  private var partial: (isText: Bool, bytes: ByteBuffer)?

  package init(expectsMask: Bool, maximumMessageBytes: Int) {
    self.expectsMask = expectsMask
    self.maximumMessageBytes = maximumMessageBytes
  }

  package mutating func read(_ frame: WebSocketFrame) throws(WebSocketViolation) -> Event {
    // "MUST be 0 unless an extension is negotiated" (5.2). No extensions are.
    guard frame.reservedBits.isEmpty else {
      throw .protocolError("reserved bits are set")
    }
    guard (frame.maskKey != nil) == expectsMask else {
      throw .protocolError(expectsMask ? "an unmasked frame" : "a masked frame")
    }
    switch frame.opcode {
    case .text, .binary:
      guard partial == nil else {
        throw .protocolError("a new message between the fragments of another")
      }
      return try begin(frame, isText: frame.opcode == .text)
    case .continuation:
      return try proceed(frame)
    case .ping:
      return .ping(frame.unmaskedData)
    case .pong:
      return .pong
    case .connectionClose:
      return .close(code: try closeCode(frame.unmaskedData))
    default:
      throw .protocolError("a frame with an unknown opcode")
    }
  }

  private mutating func begin(
    _ frame: WebSocketFrame,
    isText: Bool
  ) throws(WebSocketViolation) -> Event {
    let bytes = frame.unmaskedData
    guard bytes.readableBytes <= maximumMessageBytes else { throw .tooLarge(maximumMessageBytes) }
    guard frame.fin else {
      partial = (isText, bytes)
      return .fragment
    }
    return try whole(bytes, isText)
  }

  private mutating func proceed(_ frame: WebSocketFrame) throws(WebSocketViolation) -> Event {
    guard let (isText, first) = partial else {
      throw .protocolError("a continuation frame without a message")
    }
    // Clear it, so that the bytes have one owner and appending does not copy them.
    partial = nil
    var bytes = consume first
    var more = frame.unmaskedData
    guard more.readableBytes <= maximumMessageBytes - bytes.readableBytes else {
      throw .tooLarge(maximumMessageBytes)
    }
    bytes.writeBuffer(&more)
    guard frame.fin else {
      partial = (isText, bytes)
      return .fragment
    }
    return try whole(bytes, isText)
  }

  private func whole(_ bytes: ByteBuffer, _ isText: Bool) throws(WebSocketViolation) -> Event {
    guard isText else { return .binary(bytes) }
    return .text(try text(bytes))
  }

  private func text(_ bytes: ByteBuffer) throws(WebSocketViolation) -> String {
    // 8.1: invalid UTF-8 fails the connection.
    guard let text = String(validating: bytes.readableBytesView, as: UTF8.self) else {
      throw .invalidUTF8
    }
    return text
  }

  private func closeCode(_ body: ByteBuffer) throws(WebSocketViolation) -> Int? {
    var body = body
    guard body.readableBytes > 0 else { return nil }
    guard let code = body.readInteger(as: UInt16.self), Self.isCloseCode(code) else {
      throw .protocolError("a close frame without a valid code")
    }
    _ = try text(body)
    return Int(code)
  }

  /// Whether a code is allowed in a close frame; 1004 to 1006 and 1015 are not (7.4).
  private static func isCloseCode(_ code: UInt16) -> Bool {
    switch code {
    case 1000...1003, 1007...1014, 3000...4999: true
    default: false
    }
  }
}
