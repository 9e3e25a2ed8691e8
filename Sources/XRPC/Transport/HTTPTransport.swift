public import HTTPTypes

/// Carries requests to servers: the seam between calls and sockets.
///
/// A transport follows no redirects and does not retry. It honours cancellation of the calling
/// task. `InMemoryTransport` is the twin for tests.
public protocol HTTPTransport: Sendable {
  /// Sends `request`, which carries scheme and authority, and collects the response.
  func send(
    _ request: HTTPRequest,
    body: [UInt8]?,
    options: TransportOptions
  ) async throws(TransportError) -> HTTPTransportResponse

  /// Opens a WebSocket at `request`; the server may answer with a plain response instead.
  ///
  /// Optional: by default the transport says that it opens none.
  func openWebSocket(
    _ request: HTTPRequest,
    options: TransportOptions
  ) async throws(TransportError) -> WebSocketOpening
}

extension HTTPTransport {
  public func openWebSocket(
    _ request: HTTPRequest,
    options: TransportOptions
  ) async throws(TransportError) -> WebSocketOpening {
    throw TransportError(code: .unsupported, reason: "this transport opens no WebSockets")
  }
}
