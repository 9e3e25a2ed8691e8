import ATProtoHTTP
import HTTPTypes
public import XRPC

extension XRPCClient {
  /// Calls a query without a generated type.
  ///
  /// - Parameters:
  ///   - parameters: sent in this order; the elements of an array have the same name.
  ///   - streamsOutput: whether the body is read as it arrives, as with ``download(_:_:options:)``.
  /// - Returns: the body, whatever its encoding.
  public func query(
    untyped nsid: String,
    _ parameters: [(name: String, value: String)] = [],
    options: CallOptions = CallOptions(),
    streamsOutput: Bool = false
  ) async throws(XRPCError<UnknownFailure>) -> RawBody {
    try await untyped(.get, nsid, parameters, nil, options, streamsOutput)
  }

  /// Calls a procedure without a generated type.
  ///
  /// - Parameter streamsOutput: whether the body is read as it arrives.
  /// - Returns: the body, whatever its encoding.
  public func procedure(
    untyped nsid: String,
    _ parameters: [(name: String, value: String)] = [],
    input: RawBody? = nil,
    options: CallOptions = CallOptions(),
    streamsOutput: Bool = false
  ) async throws(XRPCError<UnknownFailure>) -> RawBody {
    try await untyped(.post, nsid, parameters, input, options, streamsOutput)
  }

  private func untyped(
    _ method: HTTPRequest.Method,
    _ nsid: String,
    _ parameters: [(name: String, value: String)],
    _ input: RawBody?,
    _ options: CallOptions,
    _ streamsOutput: Bool
  ) async throws(XRPCError<UnknownFailure>) -> RawBody {
    var writer = ParameterWriter()
    for parameter in parameters { writer.field(parameter.name, parameter.value) }
    var head = requestHead(method, nsid, query: writer.query, options)
    if let input, head.headerFields[.contentType] == nil {
      head.headerFields[.contentType] = input.contentType
    }
    let body = method == .post ? input?.content ?? .bytes([]) : nil
    if streamsOutput {
      return try await streamed(head, body, options, nil, UnknownFailure.self).output
    }
    let response: XRPCResponse<RawBody> =
      try await response(head, body, options, nil, UnknownFailure.self)
    return response.output
  }
}
