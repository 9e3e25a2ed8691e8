public import ATProtoData
public import HTTPTypes

/// What one call asks for beyond its parameters.
public struct CallOptions: Sendable {
  /// Added to the request; they win over those of the client.
  public var headers: HTTPFields
  /// For the whole exchange; nil for the client's.
  public var timeout: Duration?
  /// A longer response is refused; nil for the client's.
  public var maximumResponseBytes: Int?
  /// Bounds for reading the output.
  public var limits: DataLimits
  /// Says that calling a procedure twice does what calling it once does, so that it may be retried
  /// as a query may.
  public var isIdempotent: Bool
  /// Told of the head of the response, also of one that is an error: rate limits,
  /// `Atproto-Repo-Rev`. Of several attempts, the last one's.
  public var onResponse: (@Sendable (ResponseMetadata) -> Void)?

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
