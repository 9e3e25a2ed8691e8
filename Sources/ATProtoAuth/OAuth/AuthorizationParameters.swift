/// The parameters of an authorization request, checked (OAuth specification, "Request Fields").
public struct AuthorizationParameters: Hashable, Sendable {
  /// `prompt` (OpenID Connect Core, 3.1.2.1; `create` of "Initiating User Registration").
  public enum Prompt: String, CaseIterable, Hashable, Sendable {
    case none, login, consent, create
    case selectAccount = "select_account"
  }

  /// `display` (OpenID Connect Core, 3.1.2.1): the user interface in which pages are shown.
  public enum Display: String, CaseIterable, Hashable, Sendable {
    case page, popup, touch, wap
  }

  /// The longest `state`, in bytes.
  public static let maximumStateLength = 2048

  /// `client_id`.
  public var clientID: String
  /// `redirect_uri`, one that the client has declared.
  public var redirectURI: String
  /// `scope`, without values that mean nothing.
  public var scope: OAuthScope
  /// `state`: returned to the client unchanged.
  public var state: String?
  /// `code_challenge`, of the method S256.
  public var codeChallenge: String
  /// `response_mode`.
  public var responseMode: ResponseMode
  /// `prompt`.
  public var prompt: Prompt?
  /// `login_hint`: a handle or DID in lowercase.
  public var loginHint: String?
  /// `ui_locales`: language tags, the most preferred first.
  public var locales: [String]
  /// `display`.
  public var display: Display?
  /// `dpop_jkt`: the thumbprint of the key to which the code is bound (RFC 9449, 10).
  public var dpopThumbprint: String?
  /// `max_age`: the time since the account's last sign-in that is allowed, in seconds.
  public var maximumAge: Int?

  /// Creates parameters that need no check, for example of a client's own request.
  public init(
    clientID: String,
    redirectURI: String,
    scope: OAuthScope,
    state: String?,
    codeChallenge: String
  ) {
    self.clientID = clientID
    self.redirectURI = redirectURI
    self.scope = scope
    self.state = state
    self.codeChallenge = codeChallenge
    responseMode = .query
    locales = []
  }
}

/// How the response reaches the client (`response_mode`; "OAuth 2.0 Multiple Response Type Encoding
/// Practices", 2.1; "Form Post Response Mode").
public enum ResponseMode: String, CaseIterable, Hashable, Sendable {
  /// In the query of the redirect URI.
  case query
  /// In its fragment.
  case fragment
  /// As a form that the browser posts to it.
  case formPost = "form_post"
}
