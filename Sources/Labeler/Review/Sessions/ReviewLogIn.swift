import ATProtoAuth
import ATProtoCrypto
import ATProtoHTTP
import ATProtoIdentity
import ATProtoSyntax
import HTTPTypes
import OAuthClient
import ServiceKit

/// The log-in of moderators by OAuth: it proves whose browser this is, and nothing is done with the
/// tokens.
struct ReviewLogIn: Sendable {
  static let callbackPath = "/review/callback"
  static let metadataPath = "/oauth/client-metadata.json"

  let url: PublicURL
  let network: LabelerNetwork
  let allowsHTTP: Bool
  let tokens: FormTokens
  private let store = MemoryTokenStore()

  init(
    url: PublicURL,
    network: LabelerNetwork,
    allowsHTTP: Bool,
    tokens: FormTokens
  ) {
    self.url = url
    self.network = network
    self.allowsHTTP = allowsHTTP
    self.tokens = tokens
  }

  /// How authorization servers know the labeler: by the document that it publishes, or on this
  /// machine as an app under development.
  func registration() throws(OAuthClientError) -> ClientRegistration {
    guard url.isSecure else {
      return try .localhost(redirectURIs: [loopbackURL + Self.callbackPath], scope: "atproto")
    }
    return try ClientRegistration(
      id: url.text + Self.metadataPath,
      redirectURIs: [url.text + Self.callbackPath],
      scope: "atproto"
    )
  }

  /// "must use the loopback IP address" rather than `localhost` (OAuth specification, "Localhost
  /// Client Development").
  private var loopbackURL: String {
    url.text.replacing("http://localhost", with: "http://127.0.0.1")
  }

  /// The URL at which a log-in has to begin, because cookies belong to one host name; nil if the
  /// request is for it.
  func otherHost(_ request: ReviewRequest) -> String? {
    guard !url.isSecure, let authority = request.authority,
      authority != loopbackURL.dropFirst("http://".count)
    else { return nil }
    return loopbackURL
  }

  private func app() throws(OAuthClientError) -> OAuthApp {
    OAuthApp(
      try registration(),
      store: store,
      directory: network.directory,
      transport: network.guarded,
      allowsHTTP: allowsHTTP
    ) { _ in }
  }

  // MARK: The form

  /// The token of the form for a browser, and the cookie that it needs.
  func form(_ headers: HTTPFields) -> (token: String, cookie: String) {
    let value = cookie(headers) ?? ReviewCookie.randomValue()
    return (
      tokens.token(["log-in", value]),
      ReviewCookie.logIn.field(value, isSecure: url.isSecure)
    )
  }

  private func cookie(_ headers: HTTPFields) -> String? {
    ReviewCookie.logIn.value(in: headers, isSecure: url.isSecure)
  }

  /// Throws ``ReviewProblem`` unless the form comes from a page of this browser.
  func check(_ request: ReviewRequest) throws(ReviewProblem) {
    guard let value = cookie(request.headers),
      tokens.isFromThisServer(request.headers, authority: request.authority),
      tokens.isToken(request.form[FormTokens.field], of: ["log-in", value])
    else { throw .foreignForm }
  }

  /// Starts a log-in, and returns the page to open and the cookie that binds it to the browser.
  ///
  /// - Parameter next: the page to open at the end.
  func start(
    _ account: ATIdentifier,
    next: String
  ) async throws(OAuthClientError) -> (page: String, cookie: String) {
    let login = try await app().startLogin(account, options: LoginOptions(appState: next))
    return (login.url, ReviewCookie.state.field(login.state, isSecure: url.isSecure))
  }

  // MARK: The callback

  /// Finishes a log-in, revokes its tokens, and returns the account.
  ///
  /// Throws ``ReviewProblem`` if the log-in began in another browser.
  func finish(_ request: ReviewRequest) async throws -> (did: DID, next: String) {
    let callback = try AuthorizationCallback(request.rawQuery)
    let value = ReviewCookie.state.value(in: request.headers, isSecure: url.isSecure)
    guard let value, ConstantTime.areEqual(value, callback.state) else {
      throw ReviewProblem(
        .forbidden,
        "This log-in began in another browser",
        "Log in again, in this browser."
      )
    }
    let app = try app()
    let login = try await app.finishLogin(callback)
    // Only the name of the account was needed. The moderator need not wait for a server that is slow to
    // revoke the tokens, which are not kept here.
    Task { try? await app.logOut(login.session.did) }
    return (login.session.did, login.appState ?? "")
  }
}
