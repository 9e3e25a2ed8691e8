public import ATProtoSyntax

/// A response that is not one of the protocol. Equal by code and status.
public struct ProtocolError: CodedError {
  public enum Code: Hashable, Sendable {
    /// A status of failure without the error object of XRPC: the page of a proxy, or a server that
    /// does not speak the protocol.
    case foreignError
    /// A redirection; the specification leaves redirects open and we do not follow them.
    case redirect
    /// The output is not of the declared MIME type.
    case contentType
    /// The output is not what the schema describes.
    case undecodableOutput
    /// A frame of an event stream is not what the specification describes.
    case undecodableFrame
  }

  public var code: Code
  /// The status of the response, where it had one.
  public var status: Int?
  public var reason: String

  public init(code: Code, status: Int? = nil, reason: String) {
    self.code = code
    self.status = status
    self.reason = reason
  }
}

extension ProtocolError {
  public static func == (lhs: ProtocolError, rhs: ProtocolError) -> Bool {
    lhs.code == rhs.code && lhs.status == rhs.status
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(code)
    hasher.combine(status)
  }

  public var description: String {
    status.map { "\(reason) (status \($0))" } ?? reason
  }
}
