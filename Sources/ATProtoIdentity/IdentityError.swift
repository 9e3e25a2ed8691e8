public import ATProtoHTTP
public import ATProtoSyntax

/// Why a handle or DID could not be resolved.
public struct IdentityError: CodedError {
  /// The kinds of failure.
  public enum Code: Hashable, Sendable {
    /// The PLC directory, the host, or the name servers answered that it does not exist.
    case notFound
    /// The PLC directory has a tombstone for the DID.
    case deactivated
    /// A DID method other than `plc` and `web`.
    case unsupportedMethod
    /// The DID or handle is not allowed: percent-encoding, a path, a reserved top-level domain.
    case disallowed
    /// The response is not a DID document, or not the document of the DID.
    case badDocument
    /// The document does not have the key or service, or it is not valid.
    case missing
    /// The TXT records of a handle name several DIDs.
    case ambiguous
    /// The handle resolves to a DID that does not claim it.
    case mismatch
    /// The response is larger than allowed.
    case tooLarge
    /// The server redirects too often, or to a URL that is not allowed.
    case badRedirect
    /// The policy does not allow any of the host's IP addresses.
    case refusedAddress
    /// The lookup took longer than allowed.
    case timedOut
    /// The connection failed, or an error response left the question open.
    case unreachable
    /// The calling task was canceled.
    case cancelled
    /// The PLC directory rejected an operation.
    case rejected
  }

  /// The kind of failure.
  public var code: Code
  /// A description for people.
  public var reason: String

  /// Creates an error.
  public init(_ code: Code, _ reason: String) {
    self.code = code
    self.reason = reason
  }

  /// Whether another attempt soon may have a different result.
  public var isTransient: Bool {
    switch code {
    case .timedOut, .unreachable, .cancelled: true
    default: false
    }
  }
}

extension IdentityError {
  /// Creates an error from the failure of a request.
  public init(_ error: TransportError, _ url: HTTPURL) {
    let code: Code =
      switch error.code {
      case .refusedAddress: .refusedAddress
      case .timedOut: .timedOut
      case .cancelled: .cancelled
      case .responseTooLarge: .tooLarge
      default: .unreachable
      }
    self.init(code, "\(url.origin): \(error.reason)")
  }
}
