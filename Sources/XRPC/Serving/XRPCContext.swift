public import HTTPTypes

/// What a handler may know of a request beyond its parameters and input.
public struct XRPCContext: Sendable {
  public let nsid: String
  public let headers: HTTPFields
  /// The client's address without port: the peer's, or what trusted proxies say of it.
  public let remoteAddress: String?
  public let requestID: String
  /// Header fields to add to a successful response.
  public let responseHeaders: ResponseHeaders
  let isFreeOfRateLimits: Bool
  let checksOutput: Bool

  package init(nsid: String, request: XRPCServerRequest) {
    self.nsid = nsid
    headers = request.head.headerFields
    remoteAddress = request.remoteAddress
    requestID = request.requestID
    responseHeaders = request.responseHeaders
    isFreeOfRateLimits = request.isFreeOfRateLimits
    checksOutput = request.checksOutput
  }

  /// A context without a server, to call a handler in a test.
  public init(
    nsid: String,
    headers: HTTPFields = [:],
    remoteAddress: String? = nil,
    requestID: String = "test"
  ) {
    let head = HTTPRequest(
      method: .get,
      scheme: nil,
      authority: nil,
      path: "/xrpc/\(nsid)",
      headerFields: headers
    )
    self.init(
      nsid: nsid,
      request: XRPCServerRequest(head: head, remoteAddress: remoteAddress, requestID: requestID)
    )
  }

  /// The `Authorization` header; nil where there is none, or where it is malformed.
  public var authorization: HTTPAuthorization? {
    headers[.authorization].flatMap(HTTPAuthorization.init)
  }
}
