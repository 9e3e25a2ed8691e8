import ATProtoHTTP
import HTTPTypes
public import XRPC

extension XRPCClient {
  /// Calls a query for a blob or a CAR whose bytes are read as they arrive.
  ///
  /// The call's timeout applies until the head of the response has arrived. After that, each part of
  /// the body may take `idleTimeout`, and a body longer than `maximumResponseBytes` is an error. The
  /// body throws `TransportError`s and can be read once.
  public func download<Method: XRPCQuery>(
    _ method: Method.Type,
    _ parameters: Method.Parameters,
    options: CallOptions = CallOptions()
  ) async throws(XRPCError<Method.Failure>) -> XRPCResponse<RawBody>
  where Method.Output == RawBody {
    let head = requestHead(.get, Method.nsid, parameters, options)
    return try await streamed(head, nil, options, Method.outputEncoding, Method.Failure.self)
  }

  func streamed<Failure: XRPCFailure>(
    _ head: HTTPRequest,
    _ body: BodyContent?,
    _ options: CallOptions,
    _ encoding: String?,
    _ failure: Failure.Type
  ) async throws(XRPCError<Failure>) -> XRPCResponse<RawBody> {
    let answer: Answer
    do {
      answer = try await send(head, body: body, options: options, streamsOutput: true)
    } catch {
      throw .transport(error)
    }
    switch answer {
    case .whole(let refusal):
      throw ResponseReader(refusal, limits: options.limits).error()
    case .stream(let response):
      // Checks the head; the body has not arrived.
      var output: RawBody = try ResponseReader(HTTPTransportResponse(head: response.head))
        .output(encoding: encoding, failure)
      output.content = .stream(response.body)
      return XRPCResponse(output: output, metadata: ResponseMetadata(response.head))
    }
  }
}
