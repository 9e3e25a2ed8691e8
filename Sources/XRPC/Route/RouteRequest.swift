public import ATProtoHTTP
public import HTTPTypes

/// An HTTP request for an XRPC method, before a route reads parameters and input from it.
public struct RouteRequest: Sendable {
  /// Method, target and header fields.
  public let head: HTTPRequest
  /// The request body. At most ``XRPCRoute/maximumInputBytes`` are read from a stream, and a stream
  /// is collected before the handler is called unless ``XRPCRoute/takesStream``.
  public var body: BodyContent
  /// The client's IP address without a port: the peer's, or the one reported by trusted proxies.
  public var remoteAddress: String?
  /// Identifies the request in logs, and to the client in `X-Request-ID`.
  public var requestID: String
  /// The part of the path after `/xrpc/`, which need not be a valid NSID; nil for any other path.
  public let nsid: String?
  /// The part of the target after `?`, still percent-encoded; empty if there is none.
  public let query: String
  /// True if rate limits do not apply to this request.
  package var isExemptFromRateLimits = false
  /// True if an output that violates its schema is an error; otherwise it is sent as it is.
  package var checksOutput = RouteRequest.checksOutputByDefault
  package let responseHeaders = ResponseHeaders()

  /// Creates a request and splits its target into ``nsid`` and ``query``.
  public init(
    head: HTTPRequest,
    body: BodyContent = .bytes([]),
    remoteAddress: String? = nil,
    requestID: String
  ) {
    self.head = head
    self.body = body
    self.remoteAddress = remoteAddress
    self.requestID = requestID
    let target = (head.path ?? "").utf8
    let end = target.firstIndex(of: UInt8(ascii: "?"))
    let path = target[..<(end ?? target.endIndex)]
    let prefix = "/xrpc/".utf8
    // The bytes come from a string and are cut at ASCII characters.
    nsid = path.starts(with: prefix) ? String(Substring(path.dropFirst(prefix.count))) : nil
    query = end.map { String(Substring(target[target.index(after: $0)...])) } ?? ""
  }

  /// True in debug builds: checking every response costs about as much as encoding it.
  package static var checksOutputByDefault: Bool {
    #if DEBUG
    true
    #else
    false
    #endif
  }
}
