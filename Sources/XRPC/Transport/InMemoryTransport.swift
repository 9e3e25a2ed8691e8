public import HTTPTypes

/// A server in the same process, called without a socket: every request goes through the same
/// routing, checks and error mapping as behind a real server.
public struct InMemoryTransport: HTTPTransport {
  private let router: XRPCRouter

  public init(_ routes: [XRPCRoute]) {
    router = XRPCRouter(routes)
  }

  public func send(
    _ request: HTTPRequest,
    body: [UInt8]?,
    options: TransportOptions
  ) async throws(TransportError) -> HTTPTransportResponse {
    let incoming = serverRequest(request, body: body)
    let answer = await withTimeout(options.timeout) { await router.respond(to: incoming) }
    if Task.isCancelled {
      throw TransportError(code: .cancelled, reason: "the call was cancelled")
    }
    guard let response = answer else {
      throw TransportError(code: .timedOut, reason: "no response within \(options.timeout)")
    }
    guard response.body.count <= options.maximumResponseBytes else {
      throw TransportError(
        code: .responseTooLarge,
        reason: "the response is longer than \(options.maximumResponseBytes) bytes"
      )
    }
    return HTTPTransportResponse(head: response.head, body: response.body)
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
      return .refused(HTTPTransportResponse(head: response.head, body: response.body))
    }
  }

  private func serverRequest(_ request: HTTPRequest, body: [UInt8]?) -> XRPCServerRequest {
    XRPCServerRequest(head: request, body: body ?? [], requestID: "in-memory")
  }
}
