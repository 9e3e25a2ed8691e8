import NIOWebSocket

/// The reason why this end closes a connection: the code for the close frame (RFC 6455, 7.4.1) and
/// the reason for the log.
package struct WebSocketViolation: Error, Sendable {
  package var code: Int
  package var reason: String

  package init(code: Int, reason: String) {
    self.code = code
    self.reason = reason
  }

  static func protocolError(_ reason: String) -> WebSocketViolation {
    WebSocketViolation(code: 1002, reason: reason)
  }

  static let invalidUTF8 = WebSocketViolation(
    code: 1007,
    reason: "a text message that is not valid UTF-8"
  )

  static func tooLarge(_ maximum: Int) -> WebSocketViolation {
    WebSocketViolation(code: 1009, reason: "a message longer than \(maximum) bytes")
  }

  /// Creates a violation from an error of NIO's decoder; nil for other errors.
  package init?(decoding error: any Error, maximumMessageBytes: Int) {
    switch error as? NIOWebSocketError {
    case .invalidFrameLength: self = .tooLarge(maximumMessageBytes)
    case .fragmentedControlFrame: self = .protocolError("a fragmented control frame")
    case .multiByteControlFrameLength:
      self = .protocolError("a control frame longer than 125 bytes")
    case nil: return nil
    }
  }
}
