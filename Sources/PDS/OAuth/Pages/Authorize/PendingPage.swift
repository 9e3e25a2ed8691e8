import ATProtoAuth
import ATProtoHTTP
import ATProtoSyntax
import HTTPTypes

/// An authorization request as one browser sees it: what all of its pages need.
struct PendingPage: Sendable {
  static let path = "/oauth/authorize"

  /// What a button of these pages does: the value of the hidden field `step`.
  enum Action: String {
    case signIn = "sign-in"
    case signUp = "sign-up"
    case select
    /// Sign in with an account that is not in the list.
    case another
    case accept
    case deny
  }

  let pending: PendingAuthorization
  let device: BrowserDevice
  let forms: FormGuard
  /// `ui_locales` of the request comes before what the browser says.
  let languages: PageLanguages

  init(
    _ pending: PendingAuthorization,
    _ device: BrowserDevice,
    _ forms: FormGuard,
    _ headers: HTTPFields
  ) {
    self.pending = pending
    self.device = device
    self.forms = forms
    languages = PageLanguages(headers, requested: pending.parameters.locales)
  }

  var language: PageLanguage { languages.page }

  var purpose: SignInPurpose { .request(pending.id) }
  var parameters: AuthorizationParameters { pending.parameters }

  /// Whether the request is for one account only.
  var isRestricted: Bool { parameters.loginHint != nil }

  var client: ClientView { ClientView(pending.client) }

  /// The URL of a page about the request.
  func url(
    _ wish: AuthorizationFlow.Wish = AuthorizationFlow.Wish(),
    proof: String? = nil
  ) -> String {
    PageURL.make(
      Self.path,
      [
        "client_id": parameters.clientID,
        "request_uri": AuthorizationRequests.prefix + pending.id,
        "step": wish.step?.rawValue,
        "account": wish.account?.string,
        "proof": proof,
      ]
    )
  }

  /// The page after somebody gave the password of an account, or created it.
  func urlAfterSignIn(_ did: DID) -> String {
    url(.init(account: did), proof: forms.proof(of: did, purpose, on: device.id))
  }

  /// The hidden fields of a form.
  func hidden(_ action: Action, _ fields: [FormPage.Hidden] = []) -> [FormPage.Hidden] {
    [(FormGuard.field, forms.token(purpose, on: device.id)), ("step", action.rawValue)] + fields
  }

  /// Where the browser goes in the end, in words.
  var destination: String {
    guard let url = HTTPURL(parameters.redirectURI), url.scheme == "https" else {
      return language(.appOnThisDevice)
    }
    return url.authority
  }
}
