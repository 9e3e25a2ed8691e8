import ATProtoHTTP
import HTTPTypes
public import Hummingbird
import Logging
import NIOCore
public import XRPC

/// Answers everything below `/xrpc/`, and leaves the rest to another responder.
public struct XRPCResponder: HTTPResponder {
  /// Answers what is not XRPC: `/.well-known/atproto-did`, a landing page.
  public typealias Fallback = @Sendable (Request, XRPCRequestContext) async throws -> Response

  private let router: XRPCRouter
  private let health: HealthReport
  private let crossOrigin: CrossOriginPolicy?
  private let rateLimits: RateLimitPolicy?
  private let clientAddress: ClientAddress
  private let checksOutput: Bool
  private let metrics: ServerMetrics
  private let fallback: Fallback?

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
    crossOrigin = configuration.allowsCrossOrigin ? CrossOriginPolicy() : nil
    rateLimits = configuration.rateLimits
    clientAddress = ClientAddress(trustedProxies: configuration.trustedProxies)
    checksOutput = configuration.checksOutput
    self.metrics = metrics
    self.fallback = fallback
  }

  public func respond(to request: Request, context: XRPCRequestContext) async throws -> Response {
    let expectation = Expectation(request.head, on: context.channel)
    var response = try await respond(to: request, context, expectation)
    if expectation.isOpen || (request.headers[.upgrade] != nil && isMethod(request)) {
      // Whether a body follows that nobody asked for is open. And NIO's decoder reads nothing more
      // of a connection that asked for an upgrade. So the client must not use it again.
      response.headers[.connection] = "close"
    }
    return response
  }

  private func isMethod(_ request: Request) -> Bool {
    (request.head.path ?? "").utf8.starts(with: Self.prefix)
  }

  private func respond(
    to request: Request,
    _ context: XRPCRequestContext,
    _ expectation: Expectation
  ) async throws -> Response {
    guard isMethod(request) else {
      guard let fallback else {
        let error = XRPCServerError.notFound("nothing is here")
        return rendered(XRPCServerResponse(error: error), context.logger)
      }
      // Others than us read the body at a place that nobody knows.
      expectation.meet()
      return try await fallback(request, context)
    }
    if let crossOrigin, crossOrigin.isPreflight(request.head) {
      return Response(status: .noContent, headers: crossOrigin.preflight(request.head))
    }
    let start = ContinuousClock.now
    metrics.begin()
    let nsid = String(
      (request.head.path ?? "").utf8.dropFirst(Self.prefix.count)
        .prefix { $0 != UInt8(ascii: "?") }
    )!
    let call = call(request, context)
    let answer = await answer(request, nsid, call, expectation)
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

  private static let prefix = Array("/xrpc/".utf8)

  private func call(_ request: Request, _ context: XRPCRequestContext) -> XRPCServerRequest {
    let address = clientAddress.address(
      peer: context.remoteAddress,
      forwarded: request.headers[.forwardedFor]
    )
    var call = XRPCServerRequest(
      head: request.head,
      remoteAddress: address,
      requestID: context.requestID
    )
    call.isFreeOfRateLimits = rateLimits?.frees(request.headers, address) ?? false
    call.checksOutput = checksOutput
    return call
  }

  private func answer(
    _ request: Request,
    _ nsid: String,
    _ call: XRPCServerRequest,
    _ expectation: Expectation
  ) async -> XRPCServerResponse {
    if nsid == HealthReport.name, request.method == .get || request.method == .head {
      return await health.answer()
    }
    var call = call
    var answer: XRPCServerResponse
    do {
      try rateLimits?.consume(XRPCContext(nsid: nsid, request: call))
      let route = try router.route(for: request.head)
      try route.checkInput(request.head)
      call.body =
        route.takesStream
        ? .stream(ByteStream(request, expectation))
        : .bytes(try await collect(request.body, upTo: route.maximumInputBytes, expectation))
      answer = try await router.respond(to: call, by: route)
    } catch {
      answer = XRPCServerResponse(error: error)
    }
    call.responseHeaders.writeRateLimit(to: &answer.head.headerFields)
    return answer
  }

  private func collect(
    _ body: RequestBody,
    upTo maximum: Int,
    _ expectation: Expectation
  ) async throws -> [UInt8] {
    expectation.meet()
    var bytes: [UInt8] = []
    for try await buffer in body {
      // A body where none is declared goes on to the route's own check, which names the method.
      guard bytes.count + buffer.readableBytes <= max(maximum, 1) else {
        guard maximum > 0 else { return [0] }
        throw XRPCServerError.payloadTooLarge(maximum: maximum)
      }
      bytes.append(contentsOf: buffer.readableBytesView)
    }
    return bytes
  }

  private func rendered(
    _ answer: XRPCServerResponse,
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

extension XRPCServerResponse {
  /// What GET would have sent, but for the body (RFC 9110, 9.3.2). A stream that does not know its
  /// length is counted: HTTP/1.1 has no other way to leave it open without a body.
  fileprivate func withoutBody() async -> XRPCServerResponse {
    var answer = self
    var length = 0
    do {
      if let known = body.length {
        length = known
      } else {
        for try await chunk in body.stream { length += chunk.count }
      }
    } catch {
      return XRPCServerResponse(error: error)
    }
    answer.head.headerFields[.contentLength] = String(length)
    answer.body = .bytes([])
    return answer
  }
}

extension HTTPField.Name {
  static let requestID = HTTPField.Name("X-Request-ID")!
}
