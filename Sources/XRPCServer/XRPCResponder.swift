import ATProtoData
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
  private let health: [UInt8]
  private let crossOrigin: CrossOriginPolicy?
  private let fallback: Fallback?

  public init(
    _ routes: [XRPCRoute],
    configuration: XRPCServerConfiguration,
    fallback: Fallback? = nil
  ) {
    router = XRPCRouter(routes)
    health = HealthReport(version: configuration.version).jsonBytes()
    crossOrigin = configuration.allowsCrossOrigin ? CrossOriginPolicy() : nil
    self.fallback = fallback
  }

  public func respond(to request: Request, context: XRPCRequestContext) async throws -> Response {
    let path = request.head.path ?? ""
    guard path.hasPrefix("/xrpc/") else {
      guard let fallback else {
        return rendered(XRPCServerResponse(error: XRPCServerError.notFound("nothing is here")))
      }
      return try await fallback(request, context)
    }
    if let crossOrigin, crossOrigin.isPreflight(request.head) {
      return Response(status: .noContent, headers: crossOrigin.preflight(request.head))
    }
    let start = ContinuousClock.now
    let answer = await answer(request, path, context)
    RequestLog(request: request.head, answer: answer, duration: .now - start)
      .write(to: context.logger, remoteAddress: context.remoteAddress)
    var response = rendered(answer, isHead: request.method == .head)
    crossOrigin?.mark(&response.headers)
    response.headers[.requestID] = context.id
    if request.headers[.upgrade] != nil {
      // NIO's decoder reads nothing more of a connection that asked for an upgrade, so the client
      // must not use it again.
      response.headers[.connection] = "close"
    }
    return response
  }

  private func answer(
    _ request: Request,
    _ path: String,
    _ context: XRPCRequestContext
  ) async -> XRPCServerResponse {
    if path == "/xrpc/_health", request.method == .get || request.method == .head {
      return XRPCServerResponse(
        head: HTTPResponse(status: .ok, headerFields: [.contentType: "application/json"]),
        body: health
      )
    }
    do {
      let route = try router.route(for: request.head)
      try route.checkInput(request.head)
      let body = try await collect(request.body, upTo: route.maximumInputBytes)
      return try await router.respond(
        to: XRPCServerRequest(
          head: request.head,
          body: body,
          remoteAddress: context.remoteAddress,
          requestID: context.id
        ),
        by: route
      )
    } catch {
      return XRPCServerResponse(error: error)
    }
  }

  private func collect(_ body: RequestBody, upTo maximum: Int) async throws -> [UInt8] {
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

  private func rendered(_ answer: XRPCServerResponse, isHead: Bool = false) -> Response {
    var head = answer.head
    if isHead {
      // What GET would have sent, but for the body (RFC 9110, 9.3.2).
      head.headerFields[.contentLength] = String(answer.body.count)
      return Response(status: head.status, headers: head.headerFields)
    }
    return Response(
      status: head.status,
      headers: head.headerFields,
      body: answer.body.isEmpty
        ? ResponseBody() : ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body))
    )
  }
}

extension HTTPField.Name {
  static let requestID = HTTPField.Name("X-Request-ID")!
}
