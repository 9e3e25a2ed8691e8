public import ATProtoData
public import HTTPTypes

/// Calls methods: a client over HTTP, or the server itself.
///
/// Generated clients need nothing else.
public protocol XRPCCalling: Sendable {
  /// Calls a query.
  func query<Method: XRPCQuery>(
    _ method: Method.Type,
    _ parameters: Method.Parameters,
    options: CallOptions
  ) async throws(XRPCError<Method.Failure>) -> Method.Output

  /// Calls a procedure.
  func procedure<Method: XRPCProcedure>(
    _ method: Method.Type,
    _ parameters: Method.Parameters,
    _ input: Method.Input,
    options: CallOptions
  ) async throws(XRPCError<Method.Failure>) -> Method.Output

  /// Opens an event stream.
  func subscribe<Method: XRPCSubscription>(
    _ method: Method.Type,
    _ parameters: Method.Parameters,
    options: CallOptions
  ) async throws(XRPCError<Method.Failure>) -> XRPCEventStream<Method.Message>
}

/// Options of a single call.
public struct CallOptions: Sendable {
  /// Header fields to add to the request; they override those of the client.
  public var headers: HTTPFields
  /// The longest duration of the call; nil for the client's default.
  public var timeout: Duration?
  /// The largest response to accept, in bytes; nil for the client's default.
  public var maximumResponseBytes: Int?
  /// Bounds for decoding the output.
  public var limits: DataLimits
  /// Whether calling a procedure twice has the same effect as calling it once, so that it may be
  /// retried like a query.
  public var isIdempotent: Bool
  /// Called with the head of the response, even if it is an error: rate limits, `Atproto-Repo-Rev`.
  /// If the call is retried, only with the last response.
  public var onResponse: (@Sendable (ResponseMetadata) -> Void)?

  /// Creates options; the defaults are those of the client.
  public init(
    headers: HTTPFields = [:],
    timeout: Duration? = nil,
    maximumResponseBytes: Int? = nil,
    limits: DataLimits = .default,
    isIdempotent: Bool = false,
    onResponse: (@Sendable (ResponseMetadata) -> Void)? = nil
  ) {
    self.headers = headers
    self.timeout = timeout
    self.maximumResponseBytes = maximumResponseBytes
    self.limits = limits
    self.isIdempotent = isIdempotent
    self.onResponse = onResponse
  }
}
