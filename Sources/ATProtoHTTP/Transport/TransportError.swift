public import ATProtoSyntax

/// Why an exchange with a server gave no response. Equal by code.
public struct TransportError: CodedError {
  public enum Code: Hashable, Sendable {
    /// The address cannot be called: bad URL, unknown host, connection refused or not made in time,
    /// TLS refused. The server has seen nothing of the request.
    case cannotConnect
    /// The connection ended, or what came over it was not HTTP.
    case connectionLost
    /// The host's address is none that may be called.
    case refusedAddress
    /// The call's time was up.
    case timedOut
    /// The calling task was cancelled.
    case cancelled
    /// The response is larger than the call allows.
    case responseTooLarge
    /// The bytes to send could not be read, or not again.
    case requestBroken
    /// The transport cannot do this: open a WebSocket, for instance.
    case unsupported
    /// The session has ended; log in again.
    case sessionEnded
  }

  public var code: Code
  public var reason: String

  public init(code: Code, reason: String) {
    self.code = code
    self.reason = reason
  }
}
