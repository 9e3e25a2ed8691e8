public import HTTPTypes

/// What a handler may know of a request beyond its parameters and input.
public struct XRPCContext: Sendable {
  public let nsid: String
  public let headers: HTTPFields
  /// The peer's address as the server saw it, without port.
  public let remoteAddress: String?
  public let requestID: String
  /// Header fields to add to a successful response.
  public let responseHeaders: ResponseHeaders

  init(nsid: String, request: XRPCServerRequest) {
    self.nsid = nsid
    headers = request.head.headerFields
    remoteAddress = request.remoteAddress
    requestID = request.requestID
    responseHeaders = ResponseHeaders()
  }

  /// The `Authorization` header; nil where there is none, or where it is malformed.
  public var authorization: HTTPAuthorization? {
    headers[.authorization].flatMap(HTTPAuthorization.init)
  }
}
