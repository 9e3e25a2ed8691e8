import ATProtoData
import HTTPTypes
public import Hummingbird
import NIOCore
import ServiceKit
import XRPC
import XRPCServer

/// Hummingbird's request context, with the connection.
public struct MockRequestContext: RequestContext {
  /// Hummingbird's own part of the context.
  public var coreContext: CoreRequestContextStorage
  let channel: any Channel

  /// Creates a context for a request on a connection.
  public init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
    channel = source.channel
  }
}

/// Answers all requests of a mock server.
///
///     GET|POST /xrpc/NSID     GET /_mock/calls     POST /_mock/reset
public struct MockResponder: HTTPResponder {
  /// The context of a request.
  public typealias Context = MockRequestContext

  static let maximumBodyBytes = 10 << 20

  let methods: MockMethods

  /// Answers a request. Errors become responses.
  public func respond(to request: Request, context: MockRequestContext) async throws -> Response {
    if request.method == .options, request.headers[.accessControlRequestMethod] != nil {
      return Response(status: .noContent, headers: Self.preflight(request.headers))
    }
    let path = request.uri.path
    var answer: MockAnswer
    do {
      if path == "/_mock/calls" {
        try Self.require(.get, request)
        answer = MockAnswer(methods.log.all)
      } else if path == "/_mock/reset" {
        try Self.require(.post, request)
        methods.reset()
        answer = .empty
      } else {
        guard let found = try await self.answer(request, context) else {
          // Dropped: the response below is never written, because the connection is closed.
          try await context.channel.close()
          return Response(status: .ok)
        }
        answer = found
      }
    } catch {
      answer = MockAnswer(XRPCServerError(describing: error))
    }
    answer.fields[.accessControlAllowOrigin] = "*"
    answer.fields[.accessControlExposeHeaders] =
      "*, Atproto-Repo-Rev, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, "
      + "RateLimit-Policy, Retry-After"
    if request.headers[.upgrade] != nil { answer.fields[.connection] = "close" }
    if request.method == .head {
      answer.fields[.contentLength] = String(answer.body.count)
      return Response(status: answer.status, headers: answer.fields, body: ResponseBody())
    }
    let body =
      answer.body.isEmpty
      ? ResponseBody() : ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body))
    return Response(status: answer.status, headers: answer.fields, body: body)
  }

  /// Nil if the connection is to be closed instead.
  private func answer(
    _ request: Request,
    _ context: MockRequestContext
  ) async throws -> MockAnswer? {
    let head = RouteRequest(head: request.head, requestID: "")
    guard let nsid = head.nsid else { throw XRPCServerError.notFound("not found") }
    if nsid == "_health" { return MockAnswer(["version": .string(ServiceVersion.current)]) }
    var call = try MockCall(
      nsid: nsid,
      verb: request.method,
      fields: request.headers,
      query: head.query,
      seed: methods.configuration.seed
    )
    do {
      let method = try methods.method(nsid)
      try method.check(request.method)
      call.body = try await Self.body(of: request)
      try await methods.delay(call)
      if call.control("x-mock-error") == RequestedError.drop {
        methods.log.append(call, status: 0)
        return nil
      }
      guard !method.isSubscription else {
        throw XRPCServerError(
          status: .upgradeRequired,
          name: "InvalidRequest",
          message: "an event stream is read over a WebSocket",
          headers: [.upgrade: "websocket"]
        )
      }
      let port = context.channel.localAddress?.port ?? methods.configuration.port
      let answer = try methods.answer(&call, method, did: MockService.did(port: port))
      methods.log.append(call, status: answer.status.code)
      return answer
    } catch {
      let error = XRPCServerError(describing: error)
      methods.log.append(call, status: error.status.code)
      throw error
    }
  }

  private static func body(of request: Request) async throws -> [UInt8] {
    if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > maximumBodyBytes
    {
      throw XRPCServerError.payloadTooLarge(maximum: maximumBodyBytes)
    }
    var body: [UInt8] = []
    for try await buffer in request.body {
      guard body.count + buffer.readableBytes <= maximumBodyBytes else {
        throw XRPCServerError.payloadTooLarge(maximum: maximumBodyBytes)
      }
      body.append(contentsOf: buffer.readableBytesView)
    }
    return body
  }

  private static func require(
    _ verb: HTTPRequest.Method,
    _ request: Request
  ) throws(XRPCServerError) {
    guard request.method == verb else {
      throw .methodNotAllowed("use \(verb.rawValue)", allowed: verb.rawValue)
    }
  }

  /// Allows what a web page asks for.
  private static func preflight(_ fields: HTTPFields) -> HTTPFields {
    var allowed: HTTPFields = [
      .accessControlAllowOrigin: "*",
      .accessControlAllowMethods: "GET, HEAD, POST",
      .accessControlMaxAge: "86400",
    ]
    allowed[.accessControlAllowHeaders] = fields[.accessControlRequestHeaders]
    return allowed
  }
}

extension HTTPField.Name {
  /// An override breaks its schema.
  static let mockInvalid = HTTPField.Name("x-mock-invalid")!
}
