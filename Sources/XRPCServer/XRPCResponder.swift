import ATProtoHTTP
import HTTPTypes
public import Hummingbird
import Logging
import NIOCore
public import XRPC

/// Answers all requests below `/xrpc/` and passes others to a fallback.
public struct XRPCResponder: HTTPResponder {
  /// Answers other requests: `/.well-known/atproto-did`, a landing page.
  public typealias Fallback = @Sendable (Request, XRPCRequestContext) async throws -> Response

  private let router: XRPCRouter
  private let health: HealthReport
  private let crossOrigin: CrossOriginPolicy?
  private let rateLimits: RateLimitPolicy?
  private let clientAddress: ClientAddress
  private let checksOutput: Bool
  private let responseFields: (@Sendable (HTTPFields) -> HTTPFields)?
  private let serverName: String?
  private let metrics: ServerMetrics
  private let fallback: Fallback?
  private let fallbackPaths: Set<String>

  /// Creates a responder.
  ///
  /// - Parameters:
  ///   - proxyHandler: answers calls that have no route; without one they get 501.
  ///   - fallback: answers requests outside `/xrpc/`; without one they get 404.
  public init(
    _ routes: [XRPCRoute],
    configuration: XRPCServerConfiguration,
    proxyHandler: XRPCProxyHandler? = nil,
    fallback: Fallback? = nil
  ) {
    self.init(
      routes,
      configuration: configuration,
      metrics: ServerMetrics(routes, configuration),
      proxyHandler: proxyHandler,
      fallback: fallback
    )
  }

  init(
    _ routes: [XRPCRoute],
    configuration: XRPCServerConfiguration,
    metrics: ServerMetrics,
    proxyHandler: XRPCProxyHandler?,
    fallback: Fallback?
  ) {
    router = XRPCRouter(routes, proxyHandler: proxyHandler)
    health = HealthReport(version: configuration.version, check: configuration.healthCheck)
    crossOrigin =
      configuration.allowsCrossOrigin
      ? CrossOriginPolicy(exposing: configuration.exposedFields) : nil
    rateLimits = configuration.rateLimits
    fallbackPaths = Set(configuration.fallbackPaths)
    clientAddress = ClientAddress(trustedProxies: configuration.trustedProxies)
    checksOutput = configuration.checksOutput
    responseFields = configuration.responseFields
    serverName = configuration.serverName
    self.metrics = metrics
    self.fallback = fallback
  }

  /// Answers a request.
  public func respond(to request: Request, context: XRPCRequestContext) async throws -> Response {
    let expectation = Expectation(request.head, on: context.channel)
    let address = clientAddress.address(
      peer: context.remoteAddress,
      forwarded: request.headers[.forwardedFor]
    )
    var response = try await ClientShare.$current.withValue(ClientShare.network(of: address)) {
      try await respond(to: request, context, expectation)
    }
    if expectation.isOpen || request.headers[.upgrade] != nil {
      // The decoder does not read any further after a request for an upgrade, and it is unknown
      // whether a body follows, so the client must not use the connection again.
      response.headers[.connection] = "close"
    }
    if let serverName { response.headers[.server] = serverName }
    return response
  }

  private func respond(
    to request: Request,
    _ context: XRPCRequestContext,
    _ expectation: Expectation
  ) async throws -> Response {
    let call = call(request, context, expectation)
    guard let nsid = call.nsid else {
      guard let fallback else {
        let error = XRPCServerError.notFound("not found")
        return rendered(RouteResponse(error: error), context.logger)
      }
      // It is unknown when a fallback reads the body.
      expectation.meet()
      var context = context
      context.client = RequestClient(
        address: call.remoteAddress,
        isExemptFromRateLimits: call.isExemptFromRateLimits
      )
      return try await observed(request, context, fallback)
    }
    if let crossOrigin, crossOrigin.isPreflight(request.head) {
      return Response(status: .noContent, headers: crossOrigin.preflight(request.head))
    }
    let start = ContinuousClock.now
    metrics.begin()
    let answer = await answer(call, nsid)
    let duration = ContinuousClock.now - start
    metrics.end(nsid, answer.head.status, duration)
    RequestLog(request: request.head, answer: answer, duration: duration)
      .write(to: context.logger, remoteAddress: call.remoteAddress)
    var response = rendered(
      request.method == .head ? await answer.withoutBody() : answer,
      context.logger
    )
    crossOrigin?.mark(&response.headers)
    response.headers[.requestID] = call.requestID
    return response
  }

  /// Answers a request outside of `/xrpc/`, and reports it like a call.
  private func observed(
    _ request: Request,
    _ context: XRPCRequestContext,
    _ fallback: Fallback
  ) async throws -> Response {
    let route = fallbackRoute(of: request)
    let start = ContinuousClock.now
    metrics.begin()
    let outcome = await FallbackOutcome { try await fallback(request, context) }
    let duration = ContinuousClock.now - start
    metrics.end(route, outcome.status, duration)
    RequestLog(request.method, route: route, outcome: outcome, duration: duration)
      .write(to: context.logger, remoteAddress: context.client.address)
    var response = try outcome.get()
    // Web apps read the documents of servers and accounts, which hold nothing private.
    if let crossOrigin, request.uri.path.hasPrefix("/.well-known/"),
      response.headers[.accessControlAllowOrigin] == nil
    {
      crossOrigin.mark(&response.headers)
    }
    response.headers[.requestID] = context.requestID
    return response
  }

  private func fallbackRoute(of request: Request) -> String {
    var path = request.uri.path
    if path.utf8.count > 1, path.utf8.last == UInt8(ascii: "/") { path.removeLast() }
    return fallbackPaths.contains(path) ? path : ServerMetrics.other
  }

  private func call(
    _ request: Request,
    _ context: XRPCRequestContext,
    _ expectation: Expectation
  ) -> RouteRequest {
    let address = clientAddress.address(
      peer: context.remoteAddress,
      forwarded: request.headers[.forwardedFor]
    )
    var call = RouteRequest(
      head: request.head,
      body: .stream(ByteStream(request, expectation)),
      remoteAddress: address,
      requestID: context.requestID
    )
    call.isExemptFromRateLimits = rateLimits?.exempts(request.headers, address) ?? false
    call.checksOutput = checksOutput
    return call
  }

  private func answer(_ call: RouteRequest, _ nsid: String) async -> RouteResponse {
    let verb = call.head.method
    if nsid == HealthReport.name, verb == .get || verb == .head {
      return await health.answer()
    }
    var answer: RouteResponse
    do {
      try rateLimits?.consume(XRPCContext(nsid: nsid, request: call))
      answer = await router.respond(to: call)
    } catch {
      answer = RouteResponse(error: error)
    }
    call.responseHeaders.writeRateLimit(to: &answer.head.headerFields)
    if let responseFields { answer.add(responseFields(call.head.headerFields)) }
    return answer
  }

  private func rendered(
    _ answer: RouteResponse,
    _ logger: Logger
  ) -> Response {
    let body =
      switch answer.body {
      case .stream(let stream): ResponseBody(stream, logger)
      case .bytes(let bytes) where bytes.isEmpty: ResponseBody()
      case .bytes(let bytes): ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
      }
    return Response(status: answer.head.status, headers: answer.head.headerFields, body: body)
  }
}

extension RouteResponse {
  /// Adds header fields that the response does not have yet.
  mutating func add(_ fields: HTTPFields) {
    for field in fields where head.headerFields[field.name] == nil {
      head.headerFields[field.name] = field.value
    }
  }

  /// Returns what GET would have sent, without the body (RFC 9110, 9.3.2). A stream of unknown length
  /// is read to count its bytes: HTTP/1.1 has no other way to send the same head without a body.
  fileprivate func withoutBody() async -> RouteResponse {
    var answer = self
    var length = 0
    do {
      if let known = body.length {
        length = known
      } else {
        for try await chunk in body.stream { length += chunk.count }
      }
    } catch {
      return RouteResponse(error: error)
    }
    answer.head.headerFields[.contentLength] = String(length)
    answer.body = .bytes([])
    return answer
  }
}

extension HTTPField.Name {
  static let requestID = HTTPField.Name("X-Request-ID")!
}
