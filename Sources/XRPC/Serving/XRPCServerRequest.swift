public import HTTPTypes

/// A request as a server received it, its body collected.
public struct XRPCServerRequest: Sendable {
  /// Method, path with query, header fields.
  public var head: HTTPRequest
  public var body: [UInt8]
  /// The peer's address as the server saw it, without port.
  public var remoteAddress: String?
  /// Names the request in logs, and to the client in `X-Request-ID`.
  public var requestID: String

  public init(
    head: HTTPRequest,
    body: [UInt8] = [],
    remoteAddress: String? = nil,
    requestID: String
  ) {
    self.head = head
    self.body = body
    self.remoteAddress = remoteAddress
    self.requestID = requestID
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
