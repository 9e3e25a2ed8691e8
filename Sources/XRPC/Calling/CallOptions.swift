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

  public init(
    headers: HTTPFields = [:],
    timeout: Duration? = nil,
    maximumResponseBytes: Int? = nil,
    limits: DataLimits = .default
  ) {
    self.headers = headers
    self.timeout = timeout
    self.maximumResponseBytes = maximumResponseBytes
    self.limits = limits
  }
}
