import ATProtoData
public import ATProtoHTTP
public import HTTPTypes

/// What a server sends back.
public struct XRPCServerResponse: Sendable {
  public var head: HTTPResponse
  public var body: BodyContent
  /// What went wrong, for the log; a body tells only what the client may know.
  public var error: (any Error)?

  public init(
    head: HTTPResponse,
    body: BodyContent = .bytes([]),
    error: (any Error)? = nil
  ) {
    self.head = head
    self.body = body
    self.error = error
  }

  /// The JSON error response for whatever was thrown (XRPC specification, "Error Responses").
  public init(error: any Error) {
    let rendered = XRPCServerError(describing: error)
    let body = ErrorObject(rendered.body).jsonBytes()
    var fields = rendered.headers
    fields[.contentType] = "application/json"
    // "There should be a `WWW-Authenticate` header" (Summary of HTTP Status Codes, 401).
    if rendered.status == .unauthorized, fields[.wwwAuthenticate] == nil {
      fields[.wwwAuthenticate] = "Bearer"
    }
    self.init(
      head: HTTPResponse(status: rendered.status, headerFields: fields),
      body: .bytes(body),
      error: error
    )
  }
}
