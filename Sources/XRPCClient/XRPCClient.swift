public import ATProtoHTTP
public import HTTPTypes
public import XRPC

/// Calls the methods of a service, anonymously or as an account.
///
/// Redirects are not followed. Queries are retried according to ``retry``, procedures only if the call
/// is marked as idempotent. A call that fails because the access token has expired is repeated once
/// with a renewed token.
public struct XRPCClient: XRPCCalling {
  /// The service that is called.
  public internal(set) var service: ServiceEndpoint
  /// Sends the requests.
  public let transport: any HTTPTransport
  /// Authorizes the requests as an account; nil for anonymous calls.
  public var authorization: (any RequestAuthorization)?
  /// Header fields to add to every request, such as `atproto-proxy`.
  public var headers: HTTPFields
  /// The limits of calls that do not set their own.
  public var options: TransportOptions
  /// When queries, and procedures marked as idempotent, are retried.
  public var retry: RetryPolicy

  /// Creates a client.
  public init(
    service: ServiceEndpoint,
    transport: any HTTPTransport,
    authorization: (any RequestAuthorization)? = nil,
    headers: HTTPFields = [:],
    options: TransportOptions = TransportOptions(),
    retry: RetryPolicy = .standard
  ) {
    self.service = service
    self.transport = transport
    self.authorization = authorization
    self.headers = headers
    self.options = options
    self.retry = retry
  }

  /// Calls a query.
  public func query<Method: XRPCQuery>(
    _ method: Method.Type,
    _ parameters: Method.Parameters,
    options: CallOptions = CallOptions()
  ) async throws(XRPCError<Method.Failure>) -> Method.Output {
    try await queryResponse(method, parameters, options: options).output
  }

  /// Calls a query and returns its output with the head of the response.
  public func queryResponse<Method: XRPCQuery>(
    _ method: Method.Type,
    _ parameters: Method.Parameters,
    options: CallOptions = CallOptions()
  ) async throws(XRPCError<Method.Failure>) -> XRPCResponse<Method.Output> {
    let head = requestHead(.get, Method.nsid, parameters, options)
    return try await response(head, nil, options, Method.outputEncoding, Method.Failure.self)
  }

  /// Calls a procedure.
  public func procedure<Method: XRPCProcedure>(
    _ method: Method.Type,
    _ parameters: Method.Parameters,
    _ input: Method.Input,
    options: CallOptions = CallOptions()
  ) async throws(XRPCError<Method.Failure>) -> Method.Output {
    try await procedureResponse(method, parameters, input, options: options).output
  }

  /// Calls a procedure and returns its output with the head of the response.
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
        preconditionFailure("a stream was not requested")
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
