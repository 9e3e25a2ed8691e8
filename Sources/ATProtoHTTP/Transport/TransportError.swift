public import ATProtoSyntax

/// Why an exchange with a server produced no response.
public struct TransportError: CodedError {
  /// The kinds of failure.
  public enum Code: Hashable, Sendable {
    /// Bad URL, unknown host, connection refused or not established in time, TLS handshake failed.
    /// The server has not received any of the request.
    case cannotConnect
    /// The connection ended, or the peer did not speak HTTP.
    case connectionLost
    /// The policy does not allow any of the host's IP addresses.
    case refusedAddress
    /// The exchange took longer than allowed.
    case timedOut
    /// The calling task was canceled.
    case cancelled
    /// The response is larger than allowed.
    case responseTooLarge
    /// The request body could not be read, or could not be read again.
    case requestBroken
    /// The transport does not support the operation, for instance WebSockets.
    case unsupported
    /// The session has ended; a new login is needed.
    case sessionEnded
  }

  /// The kind of failure.
  public var code: Code
  /// A description for people.
  public var reason: String

  /// Creates an error.
  public init(code: Code, reason: String) {
    self.code = code
    self.reason = reason
  }
}

extension TransportError {
  package static let cancelled = TransportError(code: .cancelled, reason: "the call was canceled")

  static let noWebSockets = TransportError(
    code: .unsupported,
    reason: "this transport does not support WebSockets"
  )

  /// Describes why the body of a response could not be read to its end.
  package init(ofResponseBody error: any Error) {
    switch error {
    case let error as TransportError: self = error
    case let error as ByteStreamError where error.code == .tooLong:
      self.init(code: .responseTooLarge, reason: error.reason)
    case is CancellationError: self = .cancelled
    default: self.init(code: .connectionLost, reason: "\(error)")
    }
  }

  /// Describes why a request could not be sent to its end.
  package init(ofRequestBody error: any Error) {
    switch error {
    case is CancellationError: self = .cancelled
    default: self.init(code: .requestBroken, reason: "cannot send the request body: \(error)")
    }
  }
}
