import NIOWebSocket

/// Why a connection is closed from this end: the code that goes into the close frame
/// (RFC 6455, 7.4.1) and the reason for the log.
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

  static let invalidUTF8 = WebSocketViolation(code: 1007, reason: "text that is not UTF-8")

  static func tooLarge(_ maximum: Int) -> WebSocketViolation {
    WebSocketViolation(code: 1009, reason: "a message longer than \(maximum) bytes")
  }

  /// What NIO's decoder found; nil for errors of other origin.
  package init?(decoding error: any Error, maximumMessageBytes: Int) {
    switch error as? NIOWebSocketError {
    case .invalidFrameLength: self = .tooLarge(maximumMessageBytes)
    case .fragmentedControlFrame: self = .protocolError("a control frame in fragments")
    case .multiByteControlFrameLength: self = .protocolError("a control frame over 125 bytes")
    case nil: return nil
    }
  }
}
