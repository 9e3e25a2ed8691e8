public import ATProtoSyntax

/// A response or frame that does not follow the protocol. Errors with the same code and status are
/// equal.
public struct ProtocolError: CodedError {
  /// The kinds of violation.
  public enum Code: Hashable, Sendable {
    /// An error status without an XRPC error body: the page of a proxy, or a server that does not
    /// speak XRPC.
    case foreignError
    /// A redirect. The specification leaves redirects open; the client does not follow them.
    case redirect
    /// The output does not have the declared MIME type.
    case contentType
    /// The output is not what the schema describes.
    case undecodableOutput
    /// A frame of an event stream is not valid.
    case undecodableFrame
  }

  /// The kind of violation.
  public var code: Code
  /// The status code of the response; nil for frames.
  public var status: Int?
  /// A description for people.
  public var reason: String

  /// Creates an error.
  public init(code: Code, status: Int? = nil, reason: String) {
    self.code = code
    self.status = status
    self.reason = reason
  }
}

extension ProtocolError {
  /// Compares code and status.
  public static func == (lhs: ProtocolError, rhs: ProtocolError) -> Bool {
    lhs.code == rhs.code && lhs.status == rhs.status
  }

  /// Hashes code and status.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(code)
    hasher.combine(status)
  }

  /// The reason, with the status code if there is one.
  public var description: String {
    status.map { "\(reason) (status \($0))" } ?? reason
  }
}
