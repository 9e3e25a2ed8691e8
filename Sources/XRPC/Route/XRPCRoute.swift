public import ATProtoData
import ATProtoHTTP
import HTTPTypes

/// A method and its handler with their types erased, as a server keeps them in its table.
public struct XRPCRoute: Sendable {
  /// The kinds of method that a Lexicon can declare.
  public enum Kind: Hashable, Sendable {
    case query, procedure, subscription
  }

  package typealias Respond = @Sendable (RouteRequest, DataLimits) async throws -> RouteResponse
  package typealias OpenStream = @Sendable (RouteRequest) async throws -> Frames

  package enum Handler: Sendable {
    case respond(Respond)
    case stream(OpenStream)
  }

  /// The frames of an event stream, without the error frame for an error that the handler throws.
  package enum Frames: Sendable {
    /// Called for each frame until it returns nil or throws.
    case own(@Sendable () async throws -> [UInt8]?)
    /// Encoded once for all subscribers.
    case shared(any SharedEventStream)
  }

  /// The NSID of the method.
  public let nsid: String
  /// Query, procedure or subscription.
  public let kind: Kind
  /// The MIME type or pattern of the input; nil if the method takes none.
  public let inputEncoding: String?
  /// True if the handler reads the body as it arrives; otherwise it is collected first.
  public let takesStream: Bool
  /// The largest accepted body. A larger one is rejected with 413, before it is read if
  /// `Content-Length` says so.
  public var maximumInputBytes: Int
  /// Bounds for decoding the input.
  public var limits: DataLimits
  package private(set) var handler: Handler
  /// True if the body may have any type or be absent, because nothing is known about the method.
  package let takesAnyInput: Bool

  package init(
    nsid: String,
    kind: Kind,
    inputEncoding: String? = nil,
    takesStream: Bool = false,
    takesAnyInput: Bool = false,
    maximumInputBytes: Int = 0,
    limits: DataLimits = .default,
    handler: Handler
  ) {
    self.nsid = nsid
    self.kind = kind
    self.inputEncoding = inputEncoding
    self.takesStream = takesStream
    self.takesAnyInput = takesAnyInput
    self.maximumInputBytes = maximumInputBytes
    self.limits = limits
    self.handler = handler
  }

  /// The HTTP method that calls the method: `POST` for procedures, else `GET`.
  public var verb: String { kind == .procedure ? "POST" : "GET" }

  /// For JSON bodies; all others are blobs and CARs.
  static let maximumJSONBytes = 1 << 20
  static let maximumRawBytes = 16 << 20
}

extension XRPCRoute {
  /// Checks a call whose input is about to be refused.
  package typealias InputCheck =
    @Sendable (_ body: [UInt8], _ context: XRPCContext) async throws -> Void

  /// The same route, which calls `check` before it refuses an input that cannot be decoded or that
  /// violates its schema. An error of `check` takes precedence: a caller that lacks a permission gets
  /// that error, whatever the input is. Inputs that are accepted are decoded once, and not checked.
  package func checkingRefusedInput(_ check: @escaping InputCheck) -> XRPCRoute {
    guard case .respond(let respond) = handler else { return self }
    var route = self
    route.handler = .respond { [nsid] request, limits in
      do {
        return try await respond(request, limits)
      } catch let error where Self.isRefusalOfInput(error) {
        let body = try await request.body.collect(upTo: Self.maximumRawBytes)
        try await check(body, XRPCContext(nsid: nsid, request: request))
        throw error
      }
    }
    return route
  }

  private static func isRefusalOfInput(_ error: any Error) -> Bool {
    error is XRPCBodyError || (error as? XRPCValidationError)?.part == .input
  }
}

extension XRPCRoute {
  /// A route for a query.
  public static func query<Method: XRPCQuery>(
    _ method: Method.Type,
    _ handler: @escaping @Sendable (XRPCRequest<Method>) async throws -> Method.Output
  ) -> XRPCRoute {
    XRPCRoute(
      nsid: Method.nsid,
      kind: .query,
      handler: .respond { request, _ in
        let parameters = try Self.parameters(of: method, request)
        let context = XRPCContext(nsid: Method.nsid, request: request)
        let output = try await handler(XRPCRequest(parameters: parameters, context: context))
        return try Self.response(output, context)
      }
    )
  }

  /// A route for a procedure. A JSON input may have up to 1 MiB, any other input up to 16 MiB; set
  /// ``maximumInputBytes`` for another bound.
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
      handler: .respond { request, limits in
        let parameters = try Self.parameters(of: method, request)
        let input = try await Self.input(of: method, request, limits)
        try XRPCValidationError.check(input.validateBody(), in: .input, of: Method.nsid)
        let context = XRPCContext(nsid: Method.nsid, request: request)
        let output = try await handler(
          XRPCProcedureRequest(parameters: parameters, input: input, context: context)
        )
        return try Self.response(output, context)
      }
    )
  }

  /// A route for a subscription whose handler returns a stream for each subscriber.
  public static func subscription<Method: XRPCSubscription>(
    _ method: Method.Type,
    _ handler:
      @escaping @Sendable (XRPCRequest<Method>) async throws -> XRPCEventStream<Method.Message>
  ) -> XRPCRoute {
    subscription(method, opening: { .own(try await handler($0).frames(nsid: Method.nsid)) })
  }

  /// A route for a subscription whose handler returns frames that all subscribers share, such as
  /// those of `EventBroadcast` in `XRPCServer`.
  public static func subscription<Method: XRPCSubscription>(
    _ method: Method.Type,
    sharing handler:
      @escaping @Sendable (XRPCRequest<Method>) async throws -> any SharedEventStream
  ) -> XRPCRoute {
    subscription(method, opening: { .shared(try await handler($0)) })
  }

  private static func subscription<Method: XRPCSubscription>(
    _ method: Method.Type,
    opening open: @escaping @Sendable (XRPCRequest<Method>) async throws -> Frames
  ) -> XRPCRoute {
    XRPCRoute(
      nsid: Method.nsid,
      kind: .subscription,
      handler: .stream { request in
        let parameters = try Self.parameters(of: method, request)
        let context = XRPCContext(nsid: Method.nsid, request: request)
        return try await open(XRPCRequest(parameters: parameters, context: context))
      }
    )
  }

  private static func parameters<Method: XRPCMethod>(
    of method: Method.Type,
    _ request: RouteRequest
  ) throws -> Method.Parameters {
    let parameters = try Method.Parameters(query: request.query)
    try XRPCValidationError.check(parameters.validate(), in: .parameters, of: Method.nsid)
    return parameters
  }

  private static func input<Method: XRPCProcedure>(
    of method: Method.Type,
    _ request: RouteRequest,
    _ limits: DataLimits
  ) async throws -> Method.Input {
    let contentType = request.head.headerFields[.contentType]
    if case .stream(let stream) = request.body {
      let raw = RawBody(stream: stream, contentType: contentType ?? "application/octet-stream")
      if let input = raw as? Method.Input { return input }
    }
    // The router has collected the body of a route that takes no stream.
    let body = try await request.body.collect(upTo: maximumRawBytes)
    return try Method.Input(body: body, contentType: contentType, limits: limits)
  }

  private static func response(
    _ output: some XRPCBody,
    _ context: XRPCContext
  ) throws(XRPCValidationError) -> RouteResponse {
    if context.checksOutput {
      try XRPCValidationError.check(output.validateBody(), in: .output, of: context.nsid)
    }
    var head = HTTPResponse(status: .ok)
    let body = output.encodeBody()
    head.headerFields[.contentType] = body?.contentType
    context.responseHeaders.merge(into: &head.headerFields)
    return RouteResponse(head: head, body: body?.content ?? .bytes([]))
  }
}
