public import HTTPTypes
public import XRPC

/// Calls the methods of one service, as an account or anonymously.
///
/// Redirects are not followed and nothing is sent twice, except that a call whose access token
/// turned out to be expired is repeated once with the renewed one.
public struct XRPCClient: XRPCCaller {
  public let service: ServiceEndpoint
  public let transport: any HTTPTransport
  /// Whose calls these are; nil for anonymous ones.
  public var session: XRPCSession?
  /// Added to every request, `atproto-proxy` for instance.
  public var headers: HTTPFields
  /// The bounds of a call that does not set its own.
  public var options: TransportOptions

  public init(
    service: ServiceEndpoint,
    transport: any HTTPTransport,
    session: XRPCSession? = nil,
    headers: HTTPFields = [:],
    options: TransportOptions = TransportOptions()
  ) {
    self.service = service
    self.transport = transport
    self.session = session
    self.headers = headers
    self.options = options
  }

  public func query<Method: XRPCQuery>(
    _ method: Method.Type,
    _ parameters: Method.Parameters,
    options: CallOptions = CallOptions()
  ) async throws(XRPCError<Method.Failure>) -> Method.Output {
    let head = requestHead(.get, Method.nsid, parameters, options)
    let response: HTTPTransportResponse
    do {
      response = try await send(head, body: nil, options: options)
    } catch {
      throw .transport(error)
    }
    return try ResponseReader(response, limits: options.limits)
      .output(encoding: Method.outputEncoding, Method.Failure.self)
  }

  public func procedure<Method: XRPCProcedure>(
    _ method: Method.Type,
    _ parameters: Method.Parameters,
    _ input: Method.Input,
    options: CallOptions = CallOptions()
  ) async throws(XRPCError<Method.Failure>) -> Method.Output {
    var head = requestHead(.post, Method.nsid, parameters, options)
    let body = input.encodeBody()
    if let body, head.headerFields[.contentType] == nil {
      head.headerFields[.contentType] = body.contentType
    }
    let response: HTTPTransportResponse
    do {
      response = try await send(head, body: body?.bytes ?? [], options: options)
    } catch {
      throw .transport(error)
    }
    return try ResponseReader(response, limits: options.limits)
      .output(encoding: Method.outputEncoding, Method.Failure.self)
  }

  func requestHead(
    _ method: HTTPRequest.Method,
    _ nsid: String,
    _ parameters: some XRPCParameters,
    _ options: CallOptions
  ) -> HTTPRequest {
    let query = parameters.query
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
