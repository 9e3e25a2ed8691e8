public import ATProtoHTTP
import HTTPTypes
public import XRPC

extension InMemoryTransport {
  /// Creates a transport to a server for `routes` in the same process. Requests go through the
  /// routing, checks and error mapping of a real server.
  ///
  /// - Parameter proxyHandler: answers calls that have no route; without one they get 501.
  public init(_ routes: [XRPCRoute], proxyHandler: XRPCProxyHandler? = nil) {
    let router = XRPCRouter(routes, proxyHandler: proxyHandler)
    self.init(openWebSocket: { request in
      var request = request
      request.headerFields[.upgrade] = "websocket"
      switch await router.openEventStream(RouteRequest(inMemory: request, nil)) {
      case .frames(let frames):
        return .opened(frames)
      case .shared(let stream):
        return .opened(stream.frames())
      case .response(let response):
        return .refused(
          HTTPTransportResponse(head: response.head, body: response.body.bytes ?? [])
        )
      }
    }) { request, body in
      let response = await router.respond(to: RouteRequest(inMemory: request, body))
      return HTTPTransportStream(head: response.head, body: response.body.stream)
    }
  }
}

extension RouteRequest {
  fileprivate init(inMemory head: HTTPRequest, _ body: BodyContent?) {
    self.init(head: head, body: body ?? .bytes([]), requestID: "in-memory")
  }
}
