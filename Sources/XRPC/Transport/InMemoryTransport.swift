public import ATProtoHTTP
public import HTTPTypes

/// A server in the same process, called without a socket: every request goes through the same
/// routing, checks and error mapping as behind a real server.
public struct InMemoryTransport: HTTPTransport {
  private let router: XRPCRouter

  public init(_ routes: [XRPCRoute], proxyHandler: XRPCProxyHandler? = nil) {
    router = XRPCRouter(routes, proxyHandler: proxyHandler)
  }

  public func send(
    _ request: HTTPRequest,
    body: [UInt8]?,
    options: TransportOptions
  ) async throws(TransportError) -> HTTPTransportResponse {
    try await answer(request, body.map { .bytes($0) }, options) {
      response async throws(TransportError) in
      try await HTTPTransportStream(head: response.head, body: response.body.stream)
        .collect(upTo: options.maximumResponseBytes)
    }
  }

  public func stream(
    _ request: HTTPRequest,
    body: BodyContent?,
    options: TransportOptions
  ) async throws(TransportError) -> HTTPTransportStream {
    try await answer(request, body, options) { response async throws(TransportError) in
      let maximum = options.maximumResponseBytes
      let body = response.body.stream.bounded(by: maximum) {
        TransportError(
          code: .responseTooLarge,
          reason: "the response is longer than \(maximum) bytes"
        )
      }
      return HTTPTransportStream(head: response.head, body: body)
    }
  }

  private func answer<Answer: Sendable>(
    _ request: HTTPRequest,
    _ body: BodyContent?,
    _ options: TransportOptions,
    _ finish:
      @escaping @Sendable (XRPCServerResponse) async throws(TransportError) -> Answer
  ) async throws(TransportError) -> Answer {
    let incoming = serverRequest(request, body: body)
    let answer = await withTimeout(options.timeout) {
      await Result { () async throws(TransportError) in
        try await finish(await router.respond(to: incoming))
      }
    }
    if Task.isCancelled { throw .cancelled }
    guard let answer else {
      throw TransportError(code: .timedOut, reason: "no response within \(options.timeout)")
    }
    return try answer.get()
  }

  public func openWebSocket(
    _ request: HTTPRequest,
    options: TransportOptions
  ) async throws(TransportError) -> WebSocketOpening {
    var request = request
    request.headerFields[.upgrade] = "websocket"
    switch await router.openEventStream(serverRequest(request, body: nil)) {
    case .frames(let frames):
      return .opened(frames)
    case .shared(let stream):
      return .opened(stream.frames())
    case .response(let response):
      return .refused(
        HTTPTransportResponse(head: response.head, body: response.body.bytes ?? [])
      )
    }
  }

  private func serverRequest(_ request: HTTPRequest, body: BodyContent?) -> XRPCServerRequest {
    XRPCServerRequest(head: request, body: body ?? .bytes([]), requestID: "in-memory")
  }
}
