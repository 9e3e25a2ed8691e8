import ATProtoHTTP
import ATProtoSyntax
import HTTPTypes
public import XRPC

/// Finds the route of a request and answers the request: a server without its sockets.
public struct XRPCRouter: Sendable {
  /// The answer to a request for an event stream.
  public enum Opening: Sendable {
    /// Binary WebSocket messages, the last one an error frame if the handler failed.
    case frames(AsyncThrowingStream<[UInt8], any Error>)
    /// The same, encoded once for all subscribers.
    case shared(any SharedEventStream)
    /// No stream: an error, or a method that is not a subscription.
    case response(RouteResponse)
  }

  private let routes: [String: XRPCRoute]
  private let proxyHandler: XRPCProxyHandler?

  /// Creates a router for `routes`.
  ///
  /// - Parameter proxyHandler: answers calls that have no route; without one they get 501.
  /// - Precondition: no two routes have the same NSID.
  public init(_ routes: [XRPCRoute], proxyHandler: XRPCProxyHandler? = nil) {
    self.proxyHandler = proxyHandler
    self.routes = Dictionary(
      routes.map { ($0.nsid, $0) },
      uniquingKeysWith: { first, _ in preconditionFailure("two routes for \(first.nsid)") }
    )
  }

  /// Finds the route of a request.
  ///
  /// - Throws: the error to answer with if the path does not name a method, the server does not
  ///   implement the method, or the method is called with another verb.
  public func route(for request: RouteRequest) throws(XRPCServerError) -> XRPCRoute {
    guard let nsid = request.nsid else { throw .notFound("not an XRPC path") }
    let verb = request.head.method
    guard let route = routes[nsid] else {
      guard (try? NSID(nsid)) != nil else {
        throw .invalidRequest("\(QueryString.excerpt(nsid)) is not a valid NSID")
      }
      guard let proxyHandler else { throw .methodNotImplemented(nsid) }
      return try proxyHandler.route(nsid, request.head)
    }
    if let proxyHandler, proxyHandler.overrides(nsid, request.head) {
      return try proxyHandler.route(nsid, request.head)
    }
    switch (route.kind, verb) {
    case (.procedure, .post), (.query, .get), (.query, .head), (.subscription, .get):
      return route
    default:
      throw .methodNotAllowed(
        "\(nsid) is called with \(route.verb), not \(verb.rawValue)",
        allowed: route.kind == .query ? "GET, HEAD" : route.verb
      )
    }
  }

  /// Answers a request. Errors become responses.
  public func respond(to request: RouteRequest) async -> RouteResponse {
    do {
      let route = try route(for: request)
      let request = try await route.admit(request)
      guard case .respond(let handler) = route.handler else {
        throw request.asksForWebSocket ? Self.noEventStreams(route.nsid) : Self.upgradeRequired
      }
      return try await respond(to: request, by: route, handler)
    } catch {
      return RouteResponse(error: error)
    }
  }

  private func respond(
    to request: RouteRequest,
    by route: XRPCRoute,
    _ handler: XRPCRoute.Respond
  ) async throws -> RouteResponse {
    do {
      return try await handler(request, route.limits)
    } catch is ProxyToUpstream {
      // The body of a procedure may have been read.
      guard route.kind == .query, let proxyHandler,
        case .respond(let proxy) = try proxyHandler.route(route.nsid, request.head).handler
      else { throw XRPCServerError.methodNotImplemented(route.nsid) }
      return try await proxy(request, route.limits)
    }
  }

  /// Answers a request for an upgrade to a WebSocket.
  public func openEventStream(_ request: RouteRequest) async -> Opening {
    do {
      let route = try route(for: request)
      guard case .stream(let handler) = route.handler else {
        // Event streams are not proxied, so a method without a route is not implemented.
        if routes[route.nsid] == nil { throw XRPCServerError.methodNotImplemented(route.nsid) }
        throw XRPCServerError.invalidRequest("\(route.nsid) is not an event stream")
      }
      guard request.asksForWebSocket else { throw Self.upgradeRequired }
      do {
        switch try await handler(request) {
        case .own(let next): return .frames(ErrorFrames.appended(to: next))
        case .shared(let stream): return .shared(stream)
        }
      } catch let error where Self.belongsInStream(error) {
        // "Connection-time errors are sent as the first message on the stream" (Event Stream
        // specification, "Connection").
        return .frames(ErrorFrames.appended(to: { throw error }))
      }
    } catch {
      return .response(RouteResponse(error: error))
    }
  }

  /// Parameters that cannot be decoded are refused before the upgrade, like those of a query: the
  /// handler, whose errors the lexicon declares, has not been called.
  private static func belongsInStream(_ error: any Error) -> Bool {
    switch error {
    case is ParameterError, is XRPCValidationError: false
    default: XRPCServerError(describing: error).status == .badRequest
    }
  }

  /// Event Stream specification, "Connection": 426 without an `Upgrade` header.
  private static let upgradeRequired = XRPCServerError(
    status: .upgradeRequired,
    name: "InvalidRequest",
    message: "an event stream is read over a WebSocket",
    headers: [.upgrade: "websocket"]
  )

  /// Same section: 501 if the service does not implement WebSockets. A server that can upgrade a
  /// connection calls ``openEventStream(_:)`` instead.
  private static func noEventStreams(_ nsid: String) -> XRPCServerError {
    XRPCServerError(
      status: .notImplemented,
      name: "MethodNotImplemented",
      message: "\(nsid) is an event stream, but this server does not support WebSockets"
    )
  }
}

extension RouteRequest {
  fileprivate var asksForWebSocket: Bool {
    head.headerFields[.upgrade]?.lowercased() == "websocket"
  }
}
