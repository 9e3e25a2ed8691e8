public import ATProtoHTTP
public import HTTPTypes
public import XRPC

/// Calls the methods of one service, as an account or anonymously.
///
/// Redirects are not followed. Queries are retried as the policy says, procedures only where the
/// call says that they are idempotent; a call whose access token turned out to be expired is
/// repeated once with the renewed one.
public struct XRPCClient: XRPCCalling {
  public internal(set) var service: ServiceEndpoint
  public let transport: any HTTPTransport
  /// Whose calls these are; nil for anonymous ones.
  public var session: XRPCSession?
  /// Added to every request, `atproto-proxy` for instance.
  public var headers: HTTPFields
  /// The bounds of a call that does not set its own.
  public var options: TransportOptions
  /// For queries, and for procedures that the call says are idempotent.
  public var retry: RetryPolicy

  public init(
    service: ServiceEndpoint,
    transport: any HTTPTransport,
    session: XRPCSession? = nil,
    headers: HTTPFields = [:],
    options: TransportOptions = TransportOptions(),
    retry: RetryPolicy = .standard
  ) {
    self.service = service
    self.transport = transport
    self.session = session
    self.headers = headers
    self.options = options
    self.retry = retry
  }

  public func query<Method: XRPCQuery>(
    _ method: Method.Type,
    _ parameters: Method.Parameters,
    options: CallOptions = CallOptions()
  ) async throws(XRPCError<Method.Failure>) -> Method.Output {
    try await queryResponse(method, parameters, options: options).output
  }

  /// A query's output with what the head of the response tells.
  public func queryResponse<Method: XRPCQuery>(
    _ method: Method.Type,
    _ parameters: Method.Parameters,
    options: CallOptions = CallOptions()
  ) async throws(XRPCError<Method.Failure>) -> XRPCResponse<Method.Output> {
    let head = requestHead(.get, Method.nsid, parameters, options)
    return try await response(head, nil, options, Method.outputEncoding, Method.Failure.self)
  }

  public func procedure<Method: XRPCProcedure>(
    _ method: Method.Type,
    _ parameters: Method.Parameters,
    _ input: Method.Input,
    options: CallOptions = CallOptions()
  ) async throws(XRPCError<Method.Failure>) -> Method.Output {
    try await procedureResponse(method, parameters, input, options: options).output
  }

  /// A procedure's output with what the head of the response tells.
  public func procedureResponse<Method: XRPCProcedure>(
    _ method: Method.Type,
    _ parameters: Method.Parameters,
    _ input: Method.Input,
    options: CallOptions = CallOptions()
  ) async throws(XRPCError<Method.Failure>) -> XRPCResponse<Method.Output> {
    var head = requestHead(.post, Method.nsid, parameters, options)
    let body = input.encodeBody()
    if let body, head.headerFields[.contentType] == nil {
      head.headerFields[.contentType] = body.contentType
    }
    return try await response(
      head,
      body?.content ?? .bytes([]),
      options,
      Method.outputEncoding,
      Method.Failure.self
    )
  }

  func response<Output: XRPCBody, Failure: XRPCFailure>(
    _ head: HTTPRequest,
    _ body: BodyContent?,
    _ options: CallOptions,
    _ encoding: String?,
    _ failure: Failure.Type
  ) async throws(XRPCError<Failure>) -> XRPCResponse<Output> {
    let response: HTTPTransportResponse
    do {
      guard case .whole(let whole) = try await send(head, body: body, options: options) else {
        preconditionFailure("a stream that nobody asked for")
      }
      response = whole
    } catch {
      throw .transport(error)
    }
    return XRPCResponse(
      output: try ResponseReader(response, limits: options.limits)
        .output(encoding: encoding, failure),
      metadata: ResponseMetadata(response.head)
    )
  }

  func requestHead(
    _ method: HTTPRequest.Method,
    _ nsid: String,
    _ parameters: some XRPCParameters,
    _ options: CallOptions
  ) -> HTTPRequest {
    requestHead(method, nsid, query: parameters.query, options)
  }

  func requestHead(
    _ method: HTTPRequest.Method,
    _ nsid: String,
    query: String,
    _ options: CallOptions
  ) -> HTTPRequest {
    var head = HTTPRequest(
      method: method,
      scheme: service.scheme,
      authority: service.authority,
      path: query.isEmpty ? "/xrpc/\(nsid)" : "/xrpc/\(nsid)?\(query)",
      headerFields: headers
    )
    for field in options.headers {
      head.headerFields[field.name] = field.value
    }
    return head
  }
}
