public import HTTPTypes

/// What a handler can know about a request beyond its parameters and input.
public struct XRPCContext: Sendable {
  /// The NSID of the method that was called.
  public let nsid: String
  /// The HTTP method of the request, to which a proof of possession is bound (RFC 9449, 4.2, `htm`).
  public let verb: HTTPRequest.Method
  /// The header fields of the request.
  public let headers: HTTPFields
  /// The client's IP address without a port: the peer's, or the one reported by trusted proxies.
  public let remoteAddress: String?
  /// Identifies the request in logs, and to the client in `X-Request-ID`.
  public let requestID: String
  /// Header fields to add to a successful response.
  public let responseHeaders: ResponseHeaders
  package let isExemptFromRateLimits: Bool
  package let checksOutput: Bool

  package init(nsid: String, request: RouteRequest) {
    self.nsid = nsid
    verb = request.head.method
    headers = request.head.headerFields
    remoteAddress = request.remoteAddress
    requestID = request.requestID
    responseHeaders = request.responseHeaders
    isExemptFromRateLimits = request.isExemptFromRateLimits
    checksOutput = request.checksOutput
  }

  /// Creates a context without a server, to call a handler in a test.
  public init(
    nsid: String,
    verb: HTTPRequest.Method = .get,
    headers: HTTPFields = [:],
    remoteAddress: String? = nil,
    requestID: String = "test"
  ) {
    let head = HTTPRequest(
      method: verb,
      scheme: nil,
      authority: nil,
      path: "/xrpc/\(nsid)",
      headerFields: headers
    )
    self.init(
      nsid: nsid,
      request: RouteRequest(head: head, remoteAddress: remoteAddress, requestID: requestID)
    )
  }
}
