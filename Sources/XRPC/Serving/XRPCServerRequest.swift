public import ATProtoHTTP
public import HTTPTypes

/// A request as a server received it.
public struct XRPCServerRequest: Sendable {
  /// Method, path with query, header fields.
  public var head: HTTPRequest
  /// A stream is collected before the handler is called, unless ``XRPCRoute/takesStream``. Either
  /// way no more is read than ``XRPCRoute/maximumInputBytes``.
  public var body: BodyContent
  /// The client's address without port: the peer's, or what trusted proxies say of it.
  public var remoteAddress: String?
  /// Names the request in logs, and to the client in `X-Request-ID`.
  public var requestID: String
  /// Whether limits are not counted for this request.
  package var isFreeOfRateLimits = false
  /// Whether output that breaks its schema is an error, or goes out as it is.
  package var checksOutput = XRPCServerRequest.checksOutputByDefault
  package let responseHeaders = ResponseHeaders()

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
  }

  /// True in debug builds: a check of every response costs about what its encoding does.
  package static var checksOutputByDefault: Bool {
    #if DEBUG
    true
    #else
    false
    #endif
  }

  /// The path without the query.
  var path: Substring {
    let target = head.path ?? ""
    return target[..<(target.firstIndex(of: "?") ?? target.endIndex)]
  }

  /// What follows `?`, still percent-encoded.
  var query: String {
    guard let target = head.path, let mark = target.firstIndex(of: "?") else { return "" }
    return String(target[target.index(after: mark)...])
  }
}
