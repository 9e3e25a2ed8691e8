public import ATProtoHTTP
public import HTTPTypes
public import XRPC

extension InMemoryTransport {
  /// Creates a transport to a server for `routes` in the same process. Requests go through the
  /// routing, checks and error mapping of a real server.
  ///
  /// - Parameters:
  ///   - proxyHandler: answers calls that have no route; without one they get 501.
  ///   - responseFields: see ``XRPCServerConfiguration/responseFields``.
  public init(
    _ routes: [XRPCRoute],
    proxyHandler: XRPCProxyHandler? = nil,
    responseFields: (@Sendable (_ request: HTTPFields) -> HTTPFields)? = nil
  ) {
    let router = XRPCRouter(routes, proxyHandler: proxyHandler)
    self.init(openWebSocket: { request in
      var request = request
      request.headerFields[.upgrade] = "websocket"
      switch await router.openEventStream(RouteRequest(inMemory: request, nil)) {
      case .frames(let frames):
        return .opened(frames, head: HTTPResponse(status: .switchingProtocols))
      case .shared(let stream):
        return .opened(stream.frames(), head: HTTPResponse(status: .switchingProtocols))
      case .response(let response):
        return .refused(
          HTTPTransportResponse(head: response.head, body: response.body.bytes ?? [])
        )
      }
    }) { request, body in
      var response = await router.respond(to: RouteRequest(inMemory: request, body))
      if let responseFields { response.add(responseFields(request.headerFields)) }
      return HTTPTransportStream(head: response.head, body: response.body.stream)
    }
  }
}

extension RouteRequest {
  fileprivate init(inMemory head: HTTPRequest, _ body: BodyContent?) {
    self.init(head: head, body: body ?? .bytes([]), requestID: "in-memory")
  }
}
