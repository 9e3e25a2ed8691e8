public import HTTPTypes

/// Sends requests to servers: the seam between calls and sockets.
///
/// A transport does not follow redirects and does not retry. It honors cancellation of the calling
/// task. ``InMemoryTransport`` is the in-memory twin for tests.
public protocol HTTPTransport: Sendable {
  /// Sends `request`, which must have a scheme and authority, and collects the response.
  func send(
    _ request: HTTPRequest,
    body: [UInt8]?,
    options: TransportOptions
  ) async throws(TransportError) -> HTTPTransportResponse

  /// Sends `request` with a body that may be read while it is sent. Returns as soon as the head of
  /// the response has arrived; its body is read as it arrives.
  ///
  /// Optional: the default collects both bodies, each up to `maximumResponseBytes`.
  func stream(
    _ request: HTTPRequest,
    body: BodyContent?,
    options: TransportOptions
  ) async throws(TransportError) -> HTTPTransportStream

  /// Opens a WebSocket with `request`. The server may answer with an ordinary response instead.
  ///
  /// Optional: the default throws ``TransportError/Code/unsupported``.
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

  /// Sends a body as it is read and collects the response, all within the options' timeout.
  public func send(
    _ request: HTTPRequest,
    streaming body: ByteStream,
    options: TransportOptions
  ) async throws(TransportError) -> HTTPTransportResponse {
    try await exchange(request, body: .stream(body), options: options)
  }

  /// Sends a body, in memory or as a stream, and collects the response of
  /// ``stream(_:body:options:)``.
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
      throw TransportError(
        code: .timedOut,
        reason: "no complete response within \(options.timeout)"
      )
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

/// The limits of one exchange.
public struct TransportOptions: Hashable, Sendable {
  /// The longest duration of the whole exchange, including connecting and the body. If the response
  /// body is read as it arrives, the longest duration until its head has arrived.
  public var timeout: Duration
  /// If the response body is read as it arrives, the longest wait for the next part of it.
  public var idleTimeout: Duration
  /// The largest response body or WebSocket message, in bytes; a larger one ends the exchange.
  public var maximumResponseBytes: Int
  /// The time between the pings that are sent over a WebSocket. A server that does not send anything
  /// during three such intervals, not even pongs, counts as unreachable: the messages end with
  /// ``TransportError/Code/timedOut``. A server that has no messages stays connected.
  public var pingInterval: Duration

  /// Creates options; the defaults suit API calls, with responses of at most 16 MiB.
  public init(
    timeout: Duration = .seconds(60),
    idleTimeout: Duration = .seconds(30),
    maximumResponseBytes: Int = 16 << 20,
    pingInterval: Duration = .seconds(30)
  ) {
    self.timeout = timeout
    self.idleTimeout = idleTimeout
    self.maximumResponseBytes = maximumResponseBytes
    self.pingInterval = pingInterval
  }
}
