/// What an app asks for when an account logs in.
public struct LoginOptions: Hashable, Sendable {
  /// The permissions to ask for, separated by spaces; nil for all that the registration declares.
  public var scope: String?
  /// Where the authorization server sends the browser; nil for the registration's first redirect URI.
  public var redirectURI: String?
  /// `prompt`: `login` asks for the password again, `select_account` for an account, `consent` for
  /// consent, `create` offers sign-up, `none` shows no page (OpenID Connect Core, 3.1.2.1).
  public var prompt: String?
  /// `ui_locales`: the languages that the person reads, the preferred one first.
  public var locales: [String]
  /// `login_hint` for a login that starts from a server: a handle or a DID, which servers check.
  public var loginHint: String?
  /// A value that the app gets back with the callback, such as the page to return to. It is stored,
  /// and never sent.
  public var appState: String?

  /// Creates options.
  public init(
    scope: String? = nil,
    redirectURI: String? = nil,
    prompt: String? = nil,
    locales: [String] = [],
    loginHint: String? = nil,
    appState: String? = nil
  ) {
    self.scope = scope
    self.redirectURI = redirectURI
    self.prompt = prompt
    self.locales = locales
    self.loginHint = loginHint
    self.appState = appState
  }
}

/// A login that waits for the account's owner.
public struct StartedLogin: Hashable, Sendable {
  /// The page of the authorization server, to open in the owner's browser.
  public let url: String
  /// The value that the callback brings back. A server binds it to the browser, for instance with a
  /// cookie, so that a login cannot be finished in another browser.
  public let state: String
  /// The seconds until the authorization server forgets the request.
  public let expiresIn: Int
}

/// A login that is complete.
public struct FinishedLogin: Hashable, Sendable {
  /// The session, which has been stored.
  public let session: StoredOAuthSession
  /// The value that the app passed when the login started.
  public let appState: String?
}
