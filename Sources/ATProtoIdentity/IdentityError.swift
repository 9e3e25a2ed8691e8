public import ATProtoHTTP
public import ATProtoSyntax

/// Why a handle or a DID could not be resolved. Equal by code.
public struct IdentityError: CodedError {
  public enum Code: Hashable, Sendable {
    /// The directory, the server or the name servers say that there is none.
    case notFound
    /// The directory says that the DID was given up.
    case deactivated
    /// A DID method other than `plc` and `web`.
    case unsupportedMethod
    /// A DID or a handle that can name nobody: percent encoding, a path, a forbidden top-level
    /// domain.
    case disallowed
    /// Not a DID document, or not the one that was asked for.
    case badDocument
    /// The document has no valid signing key, no valid service of the name.
    case missing
    /// Name servers give several DIDs for a handle.
    case ambiguous
    /// The handle leads to a DID that does not claim it.
    case mismatch
    /// The answer is larger than allowed.
    case tooLarge
    /// Redirections without end, or to where nobody may be sent.
    case badRedirect
    /// The host's address is none that may be called.
    case refusedAddress
    case timedOut
    /// No connection, or an answer that says nothing of the matter.
    case unreachable
    case cancelled
    /// The directory did not take an operation in.
    case rejected
  }

  public var code: Code
  public var reason: String

  public init(_ code: Code, _ reason: String) {
    self.code = code
    self.reason = reason
  }

  /// Whether asking again soon may give another answer.
  public var isTransient: Bool {
    switch code {
    case .timedOut, .unreachable, .cancelled: true
    default: false
    }
  }
}

extension IdentityError {
  /// What became of a request, told by its address.
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
