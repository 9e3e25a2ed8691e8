import ATProtoSyntax

/// An account owner at the pages of `/account`.
struct AccountVisit: Sendable {
  let request: PageRequest
  let device: BrowserDevice
  /// The account whose page it is.
  let account: Account
  /// All accounts that are signed in.
  let signedIn: [Account]
  let forms: FormGuard

  var did: DID { account.did }
  var language: PageLanguage { request.language }

  /// The URL of a page of this account.
  func url(_ section: AccountSection = .overview, notice: AccountNotice? = nil) -> String {
    section.url(signedIn.count > 1 ? account.did : nil, notice: notice)
  }

  /// The hidden fields of a form.
  func hidden(_ step: AccountStep, _ fields: [FormPage.Hidden] = []) -> [FormPage.Hidden] {
    AccountVisit.hidden(step, device, forms) + [("account", account.did.string)] + fields
  }

  /// The hidden fields of a form about no account.
  static func hidden(
    _ step: AccountStep,
    _ device: BrowserDevice,
    _ forms: FormGuard
  ) -> [FormPage.Hidden] {
    [(FormGuard.field, forms.token(.accountPage, on: device.id)), ("step", step.rawValue)]
  }
}

/// The pages of an account.
enum AccountSection: String, CaseIterable, Sendable {
  case overview = ""
  case password
  case email
  case handle
  case appPassword = "app-password"
  case deactivate
  case activate
  case delete
  case export

  var path: String { rawValue.isEmpty ? AccountPages.path : "\(AccountPages.path)/\(rawValue)" }

  init?(path: Substring) {
    guard path.hasPrefix(AccountPages.path) else { return nil }
    let rest = path.dropFirst(AccountPages.path.utf8.count)
    if rest.isEmpty {
      self = .overview
    } else if rest.hasPrefix("/"), rest != "/",
      let section = Self(rawValue: String(rest.dropFirst()))
    {
      self = section
    } else {
      return nil
    }
  }

  func url(_ account: DID?, notice: AccountNotice? = nil) -> String {
    PageURL.make(path, ["account": account?.string, "notice": notice?.rawValue])
  }
}

/// What a button of these pages does: the value of the hidden field `step`.
enum AccountStep: String, Sendable {
  case signIn = "sign-in"
  case select
  case another
  case signOut = "sign-out"
  case revokeSession = "revoke-session"
  case forgetApp = "forget-app"
  case signOutDevice = "sign-out-device"
  case revokeAppPassword = "revoke-app-password"
  /// The one thing that a page is for.
  case save
  /// Send a code by mail.
  case sendCode = "send-code"
  case confirmEmail = "confirm-email"
}

/// What has just been done. The text is not part of the URL, where anyone could write it.
enum AccountNotice: String, Sendable {
  case password
  case email
  case emailConfirmed = "email-confirmed"
  case handle
  case revoked
  case forgotten
  case signedOut = "signed-out"
  case appPasswordRevoked = "app-password-revoked"
  case deactivated
  case activated
}
