import ATProtoHTTP
import ATProtoSyntax
public import HTTPTypes

/// Finds the route of a request and answers it: all of a server that is not sockets.
public struct XRPCRouter: Sendable {
  /// How a request for an event stream is answered.
  public enum Opening: Sendable {
    /// Binary WebSocket messages, an error frame last where the handler failed.
    case frames(AsyncThrowingStream<[UInt8], any Error>)
    /// The same, encoded once for all subscribers.
    case shared(any SharedEventStream)
    case response(XRPCServerResponse)
  }

  private let routes: [String: XRPCRoute]
  private let proxyHandler: XRPCProxyHandler?

  /// - Parameter proxyHandler: answers what no route does; without one it is not implemented.
  /// - Precondition: no two routes have the same NSID.
  public init(_ routes: [XRPCRoute], proxyHandler: XRPCProxyHandler? = nil) {
    self.proxyHandler = proxyHandler
    self.routes = Dictionary(
      routes.map { ($0.nsid, $0) },
      uniquingKeysWith: { first, _ in preconditionFailure("two routes for \(first.nsid)") }
    )
  }

  /// The route of `head`, or the error to answer with: not a method's path, a method not served,
  /// the wrong verb.
  public func route(for head: HTTPRequest) throws(XRPCServerError) -> XRPCRoute {
    let target = head.path ?? ""
    let path = target[..<(target.firstIndex(of: "?") ?? target.endIndex)]
    guard path.hasPrefix("/xrpc/") else {
      throw .notFound("not a path of XRPC")
    }
    let nsid = String(path.dropFirst(6))
    guard let route = routes[nsid] else {
      guard (try? NSID(nsid)) != nil else {
        throw .invalidRequest("\(QueryString.excerpt(nsid)) is not the NSID of a method")
      }
      guard let proxyHandler else { throw .methodNotImplemented(nsid) }
      return try proxyHandler.route(nsid, head)
    }
    if let proxyHandler, proxyHandler.overrides(nsid, head) {
      return try proxyHandler.route(nsid, head)
    }
    switch (route.kind, head.method) {
    case (.procedure, .post), (.query, .get), (.query, .head), (.subscription, .get):
      return route
    default:
      throw .methodNotAllowed(
        "\(nsid) is called with \(route.verb), not \(head.method.rawValue)",
        allowed: route.kind == .query ? "GET, HEAD" : route.verb
      )
    }
  }

  /// Answers a request. Whatever a handler throws becomes a response.
  public func respond(to request: XRPCServerRequest) async -> XRPCServerResponse {
    do {
      let route = try route(for: request.head)
      return try await respond(to: request, by: route)
    } catch {
      return XRPCServerResponse(error: error)
    }
  }

  /// Answers with a route already found.
  package func respond(
    to request: XRPCServerRequest,
    by route: XRPCRoute
  ) async throws -> XRPCServerResponse {
    try route.checkInput(request.head, length: request.body.length)
    guard case .respond(let handler) = route.handler else {
      throw request.asksForWebSocket ? Self.noEventStreams(route.nsid) : Self.upgradeRequired
    }
    var request = request
    if case .stream(let stream) = request.body {
      let maximum = route.maximumInputBytes
      let bounded = stream.bounded(by: maximum) { route.tooMuchInput }
      request.body =
        route.takesStream ? .stream(bounded) : .bytes(try await bounded.collect(upTo: maximum))
    }
    do {
      return try await handler(request, route.limits)
    } catch is ProxyToUpstream {
      return try await passOn(request, route)
    }
  }

  private func passOn(
    _ request: XRPCServerRequest,
    _ route: XRPCRoute
  ) async throws -> XRPCServerResponse {
    // The body of a procedure may have been read.
    guard route.kind == .query, let proxyHandler,
      case .respond(let handler) = try proxyHandler.route(route.nsid, request.head).handler
    else { throw XRPCServerError.methodNotImplemented(route.nsid) }
    return try await handler(request, route.limits)
  }

  /// Answers a request that asks for an upgrade to WebSocket.
  public func openEventStream(_ request: XRPCServerRequest) async -> Opening {
    do {
      let route = try route(for: request.head)
      guard case .stream(let handler) = route.handler else {
        // Streams are not passed on, so of what no route answers none is implemented.
        if routes[route.nsid] == nil { throw XRPCServerError.methodNotImplemented(route.nsid) }
        throw XRPCServerError.invalidRequest("\(route.nsid) is not an event stream")
      }
      guard request.asksForWebSocket else {
        throw Self.upgradeRequired
      }
      do {
        return try await handler(request)
      } catch let error where XRPCServerError(describing: error).status == .badRequest {
        // "Connection-time errors are sent as the first message on the stream" (Event Stream
        // specification, "Connection").
        return .frames(Self.failedStream(error))
      }
    } catch {
      return .response(XRPCServerResponse(error: error))
    }
  }

  private static func failedStream(_ error: any Error) -> AsyncThrowingStream<[UInt8], any Error> {
    let (stream, continuation) = AsyncThrowingStream<[UInt8], any Error>.makeStream()
    continuation.yield(EventStreamFrame.error(XRPCServerError(describing: error).body).bytes())
    continuation.finish()
    return stream
  }

  /// Event Stream specification, "Connection": 426 without an `Upgrade` header.
  private static let upgradeRequired = XRPCServerError(
    status: .upgradeRequired,
    name: "InvalidRequest",
    message: "an event stream is read over a WebSocket",
    headers: [.upgrade: "websocket"]
  )

  /// Same place: 501 where the service does not implement WebSockets. Whoever can upgrade a
  /// connection calls ``openEventStream(_:)`` instead.
  private static func noEventStreams(_ nsid: String) -> XRPCServerError {
    XRPCServerError(
      status: .notImplemented,
      name: "MethodNotImplemented",
      message: "\(nsid) is an event stream, and WebSockets are not served here"
    )
  }
}

extension XRPCServerRequest {
  fileprivate var asksForWebSocket: Bool {
    head.headerFields[.upgrade]?.lowercased() == "websocket"
  }
}
