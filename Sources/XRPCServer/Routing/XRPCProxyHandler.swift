public import ATProtoHTTP
public import HTTPTypes
public import XRPC

/// Proxies calls to other services (XRPC specification, "Service Proxying"): those without a route,
/// and those whose handler throws ``ProxyToUpstream``.
public struct XRPCProxyHandler: Sendable {
  /// Forwards a call and returns the upstream's response.
  public typealias Respond = @Sendable (XRPCUntypedRequest) async throws -> RouteResponse

  /// The largest accepted request body; a larger one is refused with 413.
  public let maximumInputBytes: Int
  private let overrides: @Sendable (_ nsid: String, HTTPFields) -> Bool
  private let respond: Respond

  /// Creates a proxy handler.
  ///
  /// - Parameters:
  ///   - overrides: whether to proxy a call even though the method has a route.
  ///   - respond: makes the whole response: header fields set in the context are not added. Errors
  ///     become responses as for any handler.
  public init(
    maximumInputBytes: Int,
    overrides: @escaping @Sendable (_ nsid: String, HTTPFields) -> Bool = { _, _ in false },
    respond: @escaping Respond
  ) {
    self.maximumInputBytes = maximumInputBytes
    self.overrides = overrides
    self.respond = respond
  }

  func overrides(_ nsid: String, _ head: HTTPRequest) -> Bool {
    overrides(nsid, head.headerFields)
  }

  /// Makes a route for one call, whose body is read as it arrives.
  func route(_ nsid: String, _ head: HTTPRequest) throws(XRPCServerError) -> XRPCRoute {
    let verbs: [HTTPRequest.Method] = [.get, .head, .post]
    guard verbs.contains(head.method) else {
      throw .methodNotAllowed(
        "a method is called with GET or POST, not \(head.method.rawValue)",
        allowed: "GET, HEAD, POST"
      )
    }
    let isProcedure = head.method == .post
    return XRPCRoute(
      nsid: nsid,
      kind: isProcedure ? .procedure : .query,
      takesStream: isProcedure,
      takesAnyInput: isProcedure,
      maximumInputBytes: isProcedure ? maximumInputBytes : 0,
      handler: .respond { [respond] request, _ in
        try await respond(XRPCUntypedRequest(nsid, request))
      }
    )
  }
}

/// Thrown by the handler of a query to leave the answer to the server's ``XRPCProxyHandler``; the
/// server answers 501 if it has none.
public struct ProxyToUpstream: Error {
  /// Creates the error.
  public init() {}
}

/// A call of a method whose types the server does not know.
public struct XRPCUntypedRequest: Sendable {
  /// `GET`, `HEAD` or `POST`.
  public let verb: HTTPRequest.Method
  /// The part of the target after `?`, still percent-encoded and not validated.
  public let query: String
  /// The request body; empty for `GET` and `HEAD`. A stream ends with an error after
  /// ``XRPCProxyHandler/maximumInputBytes``.
  public private(set) var body: BodyContent
  /// What else is known about the request.
  public let context: XRPCContext

  init(_ nsid: String, _ request: RouteRequest) {
    verb = request.head.method
    query = request.query
    body = verb == .post ? request.body : .bytes([])
    context = XRPCContext(nsid: nsid, request: request)
  }

  /// The same call with a body in memory, for a handler that has read the stream.
  public func with(body bytes: [UInt8]) -> XRPCUntypedRequest {
    var request = self
    request.body = .bytes(bytes)
    return request
  }
}
