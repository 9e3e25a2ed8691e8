public import HTTPTypes

/// A server in the same process, called without a socket: the in-memory twin of a real transport.
///
/// It enforces the options of a call and honors cancellation as a transport over a socket does.
public struct InMemoryTransport: HTTPTransport {
  /// Answers a request.
  public typealias Respond = @Sendable (HTTPRequest, BodyContent?) async -> HTTPTransportStream
  /// Answers a request for a WebSocket.
  public typealias OpenWebSocket = @Sendable (HTTPRequest) async -> WebSocketOpening

  private let openWebSocket: OpenWebSocket?
  private let respond: Respond

  /// Creates a transport to a server that consists of the given functions.
  ///
  /// - Parameter openWebSocket: nil for a server without WebSockets, for which opening one throws
  ///   ``TransportError/Code/unsupported``.
  public init(openWebSocket: OpenWebSocket? = nil, respond: @escaping Respond) {
    self.openWebSocket = openWebSocket
    self.respond = respond
  }

  /// Sends a request to the server in this process and collects the response.
  public func send(
    _ request: HTTPRequest,
    body: [UInt8]?,
    options: TransportOptions
  ) async throws(TransportError) -> HTTPTransportResponse {
    try await answer(request, body.map { .bytes($0) }, options) {
      response async throws(TransportError) in
      try await response.collect(upTo: options.maximumResponseBytes)
    }
  }

  /// Sends a request to the server in this process and returns as soon as the head of the response has arrived.
  public func stream(
    _ request: HTTPRequest,
    body: BodyContent?,
    options: TransportOptions
  ) async throws(TransportError) -> HTTPTransportStream {
    try await answer(request, body, options) { response async throws(TransportError) in
      var response = response
      response.body = response.body.bounded(byResponseLimitOf: options)
      return response
    }
  }

  private func answer<Answer: Sendable>(
    _ request: HTTPRequest,
    _ body: BodyContent?,
    _ options: TransportOptions,
    _ finish:
      @escaping @Sendable (HTTPTransportStream) async throws(TransportError) -> Answer
  ) async throws(TransportError) -> Answer {
    let answer = await withTimeout(options.timeout) {
      await Result { () async throws(TransportError) in
        try await finish(await respond(request, body))
      }
    }
    if Task.isCancelled { throw .cancelled }
    guard let answer else {
      throw TransportError(code: .timedOut, reason: "no response within \(options.timeout)")
    }
    return try answer.get()
  }

  /// Opens a WebSocket to the server in this process.
  public func openWebSocket(
    _ request: HTTPRequest,
    options: TransportOptions
  ) async throws(TransportError) -> WebSocketOpening {
    guard let openWebSocket else { throw .noWebSockets }
    return await openWebSocket(request)
  }
}
