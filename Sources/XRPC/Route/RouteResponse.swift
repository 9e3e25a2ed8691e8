public import ATProtoHTTP
public import HTTPTypes

/// An HTTP response for an XRPC method.
public struct RouteResponse: Sendable {
  /// Status and header fields.
  public var head: HTTPResponse
  /// The response body.
  public var body: BodyContent
  /// The error behind an unsuccessful response, for the log: the body only says what the client may
  /// know.
  public var error: (any Error)?

  /// Creates a response.
  public init(
    head: HTTPResponse,
    body: BodyContent = .bytes([]),
    error: (any Error)? = nil
  ) {
    self.head = head
    self.body = body
    self.error = error
  }
}
