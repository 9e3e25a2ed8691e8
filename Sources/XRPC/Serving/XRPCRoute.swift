public import ATProtoData
import ATProtoHTTP
import HTTPTypes

/// A method and its handler, with types erased: what a server keeps in its table.
public struct XRPCRoute: Sendable {
  public enum Kind: Hashable, Sendable {
    case query, procedure, subscription
  }

  typealias Respond = @Sendable (XRPCServerRequest, DataLimits) async throws -> XRPCServerResponse
  typealias OpenStream = @Sendable (XRPCServerRequest) async throws -> XRPCRouter.Opening

  enum Handler: Sendable {
    case respond(Respond)
    case stream(OpenStream)
  }

  public let nsid: String
  public let kind: Kind
  /// The MIME type or pattern of the input; nil where the method takes none.
  public let inputEncoding: String?
  /// Whether the handler reads the body as it comes; otherwise it is collected before.
  public let takesStream: Bool
  /// A longer request body is refused with 413, unread where `Content-Length` tells.
  public var maximumInputBytes: Int
  /// Bounds for reading the input.
  public var limits: DataLimits
  let handler: Handler
  /// Whether the body may be of any type, or missing: nothing is known of the method.
  var takesAnyInput = false

  /// The verb of HTTP that calls the method.
  public var verb: String { kind == .procedure ? "POST" : "GET" }

  /// Bodies that are not JSON are blobs and CARs.
  static let maximumJSONBytes = 1 << 20
  static let maximumRawBytes = 16 << 20

  public static func query<Method: XRPCQuery>(
    _ method: Method.Type,
    _ handler: @escaping @Sendable (XRPCRequest<Method>) async throws -> Method.Output
  ) -> XRPCRoute {
    XRPCRoute(
      nsid: Method.nsid,
      kind: .query,
      inputEncoding: nil,
      takesStream: false,
      maximumInputBytes: 0,
      limits: .default,
      handler: .respond { request, _ in
        let parameters = try Self.parameters(of: method, request)
        let context = XRPCContext(nsid: Method.nsid, request: request)
        let output = try await handler(XRPCRequest(parameters: parameters, context: context))
        return try Self.response(output, context)
      }
    )
  }

  public static func procedure<Method: XRPCProcedure>(
    _ method: Method.Type,
    _ handler: @escaping @Sendable (XRPCProcedureRequest<Method>) async throws -> Method.Output
  ) -> XRPCRoute {
    let encoding = Method.inputEncoding
    let maximum =
      switch encoding {
      case nil: 0
      case let encoding? where MediaType.isJSON(encoding): maximumJSONBytes
      default: maximumRawBytes
      }
    return XRPCRoute(
      nsid: Method.nsid,
      kind: .procedure,
      inputEncoding: encoding,
      takesStream: Method.Input.self == RawBody.self,
      maximumInputBytes: maximum,
      limits: .default,
      handler: .respond { request, limits in
        let parameters = try Self.parameters(of: method, request)
        let input = try await Self.input(of: method, request, limits)
        if let error = XRPCServerError(input.validateBody(), in: "input") { throw error }
        let context = XRPCContext(nsid: Method.nsid, request: request)
        let output = try await handler(
          XRPCProcedureRequest(parameters: parameters, input: input, context: context)
        )
        return try Self.response(output, context)
      }
    )
  }

  public static func subscription<Method: XRPCSubscription>(
    _ method: Method.Type,
    _ handler:
      @escaping @Sendable (XRPCRequest<Method>) async throws -> XRPCEventStream<Method.Message>
  ) -> XRPCRoute {
    subscription(method, opening: { .frames(try await handler($0).frames(nsid: Method.nsid)) })
  }

  /// A subscription whose handler gives frames that all subscribers share, such as those of
  /// `EventBroadcast` in `XRPCServer`.
  public static func subscription<Method: XRPCSubscription>(
    _ method: Method.Type,
    sharing handler:
      @escaping @Sendable (XRPCRequest<Method>) async throws -> any SharedEventStream
  ) -> XRPCRoute {
    subscription(method, opening: { .shared(try await handler($0)) })
  }

  private static func subscription<Method: XRPCSubscription>(
    _ method: Method.Type,
    opening open: @escaping @Sendable (XRPCRequest<Method>) async throws -> XRPCRouter.Opening
  ) -> XRPCRoute {
    XRPCRoute(
      nsid: Method.nsid,
      kind: .subscription,
      inputEncoding: nil,
      takesStream: false,
      maximumInputBytes: 0,
      limits: .default,
      handler: .stream { request in
        let parameters = try Self.parameters(of: method, request)
        let context = XRPCContext(nsid: Method.nsid, request: request)
        return try await open(XRPCRequest(parameters: parameters, context: context))
      }
    )
  }

  private static func parameters<Method: XRPCMethod>(
    of method: Method.Type,
    _ request: XRPCServerRequest
  ) throws -> Method.Parameters {
    let parameters = try Method.Parameters(query: request.query)
    if let error = XRPCServerError(parameters.validate(), in: "parameters") { throw error }
    return parameters
  }

  private static func input<Method: XRPCProcedure>(
    of method: Method.Type,
    _ request: XRPCServerRequest,
    _ limits: DataLimits
  ) async throws -> Method.Input {
    let contentType = request.head.headerFields[.contentType]
    if case .stream(let stream) = request.body {
      let raw = RawBody(stream: stream, contentType: contentType ?? "application/octet-stream")
      if let input = raw as? Method.Input { return input }
    }
    // Of a route that takes no stream the router has collected the body.
    let body = try await request.body.collect(upTo: maximumRawBytes)
    return try Method.Input(body: body, contentType: contentType, limits: limits)
  }

  private static func response(
    _ output: some XRPCBody,
    _ context: XRPCContext
  ) throws(InvalidOutput) -> XRPCServerResponse {
    if context.checksOutput {
      let violations = output.validateBody()
      guard violations.isEmpty else { throw InvalidOutput(nsid: context.nsid, violations) }
    }
    var head = HTTPResponse(status: .ok)
    let body = output.encodeBody()
    head.headerFields[.contentType] = body?.contentType
    context.responseHeaders.merge(into: &head.headerFields)
    return XRPCServerResponse(head: head, body: body?.content ?? .bytes([]))
  }
}
