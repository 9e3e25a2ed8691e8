/// How a server answered the request for a WebSocket.
public enum WebSocketOpening: Sendable {
  /// Binary messages, until the peer closes. Leaving the stream closes the socket.
  case opened(AsyncThrowingStream<[UInt8], any Error>)
  /// No upgrade; the response tells why.
  case refused(HTTPTransportResponse)
}
