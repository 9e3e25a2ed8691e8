public import ATProtoSyntax

/// An error of the OAuth protocol: a registered code, and the reason in words.
///
/// Two errors are equal if their codes are. The HTTP status belongs to the endpoint that answers.
public struct OAuthError: CodedError {
  /// The registered codes (IANA "OAuth Extensions Error Registry") that this package uses. The raw
  /// value is the text of the `error` member or parameter.
  public enum Code: String, CaseIterable, Hashable, Sendable {
    // RFC 6749, 4.1.2.1 and 5.2.
    case invalidRequest = "invalid_request"
    case invalidClient = "invalid_client"
    case invalidGrant = "invalid_grant"
    case unauthorizedClient = "unauthorized_client"
    case unsupportedGrantType = "unsupported_grant_type"
    case unsupportedResponseType = "unsupported_response_type"
    case invalidScope = "invalid_scope"
    case accessDenied = "access_denied"
    case serverError = "server_error"
    case temporarilyUnavailable = "temporarily_unavailable"
    // RFC 7591, 3.2.2.
    case invalidClientMetadata = "invalid_client_metadata"
    case invalidRedirectURI = "invalid_redirect_uri"
    // RFC 6750, 3.1.
    case invalidToken = "invalid_token"
    case insufficientScope = "insufficient_scope"
    // RFC 9449, 5 and 8.
    case invalidDPoPProof = "invalid_dpop_proof"
    case useDPoPNonce = "use_dpop_nonce"
    // OpenID Connect Core, 3.1.2.6.
    case loginRequired = "login_required"
    case accountSelectionRequired = "account_selection_required"
    case consentRequired = "consent_required"
    case interactionRequired = "interaction_required"
    case requestNotSupported = "request_not_supported"
    case requestURINotSupported = "request_uri_not_supported"
    case invalidRequestURI = "invalid_request_uri"
    // RFC 9396, 5.
    case invalidAuthorizationDetails = "invalid_authorization_details"
    // RFC 7009, 2.2.1.
    case unsupportedTokenType = "unsupported_token_type"
  }

  /// The longest reason, in characters.
  static let maximumLength = 500

  /// The kind of error.
  public var code: Code
  /// The error in words, as `error_description`: printable ASCII without `"` and `\`; other
  /// characters are replaced (RFC 6749, 5.2).
  public private(set) var reason: String

  /// Creates an error. The reason may quote text from the other side.
  public init(_ code: Code, _ reason: String) {
    self.code = code
    let scalars = reason.unicodeScalars.prefix(Self.maximumLength).map { scalar -> Unicode.Scalar in
      switch scalar {
      case "\"", "\\": "'"
      case " "..."~": scalar
      default: "?"
      }
    }
    self.reason = String(String.UnicodeScalarView(scalars))
  }
}
