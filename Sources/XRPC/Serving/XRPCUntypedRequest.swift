public import ATProtoHTTP
public import HTTPTypes

/// A call whose method the server knows no types for: everything as it came.
public struct XRPCUntypedRequest: Sendable {
  /// GET, HEAD or POST.
  public let verb: HTTPRequest.Method
  /// What follows `?`, still percent-encoded; nothing in it has been checked.
  public let query: String
  /// Empty for GET and HEAD. A stream ends with an error beyond
  /// ``XRPCProxyHandler/maximumInputBytes``.
  public let body: BodyContent
  public let context: XRPCContext

  init(_ nsid: String, _ request: XRPCServerRequest) {
    verb = request.head.method
    query = request.query
    body = verb == .post ? request.body : .bytes([])
    context = XRPCContext(nsid: nsid, request: request)
  }
}
