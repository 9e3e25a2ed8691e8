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

  /// Sends `request` with a body that may come as it is sent, and gives the head of the response as
  /// soon as it is there, the body to be read as it comes.
  ///
  /// Optional: by default both bodies are collected, so that only bounded ones pass.
  func stream(
    _ request: HTTPRequest,
    body: BodyContent?,
    options: TransportOptions
  ) async throws(TransportError) -> HTTPTransportStream

  /// Opens a WebSocket at `request`; the server may answer with a plain response instead.
  ///
  /// Optional: by default the transport says that it opens none.
  func openWebSocket(
    _ request: HTTPRequest,
    options: TransportOptions
  ) async throws(TransportError) -> WebSocketOpening
}

extension HTTPTransport {
  public func stream(
    _ request: HTTPRequest,
    body: BodyContent?,
    options: TransportOptions
  ) async throws(TransportError) -> HTTPTransportStream {
    var bytes: [UInt8]?
    do {
      bytes = try await body?.collect(upTo: options.maximumResponseBytes)
    } catch {
      throw TransportError(ofRequestBody: error)
    }
    let response = try await send(request, body: bytes, options: options)
    return HTTPTransportStream(head: response.head, body: BodyContent.bytes(response.body).stream)
  }

  /// Sends a body as it comes, and collects the response. The options' time is for all of it.
  public func send(
    _ request: HTTPRequest,
    streaming body: ByteStream,
    options: TransportOptions
  ) async throws(TransportError) -> HTTPTransportResponse {
    try await exchange(request, body: .stream(body), options: options)
  }

  /// Sends a body of any kind, and collects what ``stream(_:body:options:)`` gives.
  package func exchange(
    _ request: HTTPRequest,
    body: BodyContent?,
    options: TransportOptions
  ) async throws(TransportError) -> HTTPTransportResponse {
    let answer = await withTimeout(options.timeout) {
      await Result { () async throws(TransportError) in
        try await stream(request, body: body, options: options)
          .collect(upTo: options.maximumResponseBytes)
      }
    }
    if Task.isCancelled { throw .cancelled }
    guard let answer else {
      throw TransportError(code: .timedOut, reason: "no whole response within \(options.timeout)")
    }
    return try answer.get()
  }

  public func openWebSocket(
    _ request: HTTPRequest,
    options: TransportOptions
  ) async throws(TransportError) -> WebSocketOpening {
    throw .noWebSockets
  }
}
