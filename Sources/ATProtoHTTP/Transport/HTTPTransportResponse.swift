public import HTTPTypes

/// A response with its whole body in memory.
public struct HTTPTransportResponse: Hashable, Sendable {
  /// Status and header fields.
  public var head: HTTPResponse
  /// The whole body.
  public var body: [UInt8]

  /// Creates a response.
  public init(head: HTTPResponse, body: [UInt8] = []) {
    self.head = head
    self.body = body
  }
}

/// A response whose body is read as it arrives. Errors thrown by the body are ``TransportError``s.
public struct HTTPTransportStream: Sendable {
  /// Status and header fields.
  public var head: HTTPResponse
  /// The body, which can be read once. Releasing it ends the exchange.
  public var body: ByteStream

  /// Creates a response.
  public init(head: HTTPResponse, body: ByteStream) {
    self.head = head
    self.body = body
  }

  /// Reads the whole body into memory.
  ///
  /// - Throws: ``TransportError/Code/responseTooLarge`` if it is longer than `maximum` bytes.
  public func collect(upTo maximum: Int) async throws(TransportError) -> HTTPTransportResponse {
    do {
      return HTTPTransportResponse(head: head, body: try await body.collect(upTo: maximum))
    } catch {
      throw TransportError(ofResponseBody: error)
    }
  }
}

/// The answer to a request for a WebSocket.
public enum WebSocketOpening: Sendable {
  /// Binary messages until the peer closes the socket, and the response that accepted it. Ending the
  /// iteration closes the socket too.
  case opened(AsyncThrowingStream<[UInt8], any Error>, head: HTTPResponse)
  /// The connection was not upgraded; the response says why.
  case refused(HTTPTransportResponse)
}
