import ATProtoHTTP
import ATProtoIdentity
public import ATProtoSyntax

/// Why a login, a logout or a session of OAuth failed.
public struct OAuthClientError: CodedError {
  /// The kinds of failure.
  public enum Code: Hashable, Sendable {
    /// The handle or DID cannot be resolved, or names no PDS that may be called.
    case identity
    /// A server could not be reached, did not answer in time, or answered with a server error.
    case unreachable
    /// The metadata document of a server is missing or does not meet the protocol's requirements.
    case metadata
    /// A document or a callback names another authorization server than expected.
    case issuer
    /// The authorization server answered with an error; ``OAuthClientError/serverError`` is its code.
    case refused
    /// The account's owner, or the server for them, denied the request.
    case denied
    /// A callback is not a valid authorization response.
    case callback
    /// The callback belongs to a login that was not started here, has been finished, or expired.
    case unknownLogin
    /// The tokens are for another account, or for an account of another authorization server.
    case account
    /// The server did not grant the scope `atproto`.
    case scope
    /// A response of the authorization server is not valid.
    case response
    /// The request does not fit the app's registration: redirect URI, scope, key.
    case registration
    /// The store failed.
    case store
  }

  /// The kind of failure.
  public var code: Code
  /// A description for people. It may quote servers, but never a token or a code.
  public var reason: String
  /// The error code of the authorization server, such as `invalid_request` (RFC 6749, 4.1.2.1 and
  /// 5.2); nil if there was no such answer.
  public var serverError: String?
  /// The value that the app passed when the login started; nil if the login is not known.
  public var appState: String?

  /// Creates an error.
  public init(_ code: Code, _ reason: String, serverError: String? = nil) {
    self.code = code
    self.reason = reason
    self.serverError = serverError
  }
}

extension OAuthClientError {
  init(_ error: IdentityError) {
    self.init(error.isTransient ? .unreachable : .identity, error.reason)
  }

  init(_ error: TransportError, _ url: HTTPURL) {
    self.init(.unreachable, "cannot reach \(url.origin): \(error.reason)")
  }
}

/// Text of a server for an error message: cut, and without control characters, since it may be printed
/// to a terminal.
func excerpt(_ text: String) -> String {
  let visible = text.unicodeScalars.prefix(200).map { scalar in
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: " "
    default: String(scalar)
    }
  }
  return visible.joined() + (text.unicodeScalars.count > 200 ? "…" : "")
}
