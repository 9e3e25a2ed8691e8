import ATProtoAuth
import ATProtoSyntax
import HTTPTypes
import Hummingbird
import XRPCServer

/// The pages on which somebody who forgot the password sets a new one with a code that is mailed.
struct ResetPages: Sendable {
  static let path = "/account/reset"

  let shell: PageShell
  let forms: FormGuard
  let devices: BrowserDevices
  let accounts: Accounts
  let limits: PageLimits?

  func response(to request: PageRequest) async throws -> Response {
    try FormGuard.checkIsOpened(request.headers)
    let language = request.language
    let device = try await devices.device(
      DeviceCookies(request.headers),
      from: request.client.origin
    )
    switch request.method {
    case .get, .head: return shell.response(emailForm(language, device).page(in: language), device)
    case .post: break
    default: throw PageProblem.methodNotAllowed("GET, HEAD, POST")
    }
    try forms.check(request, .accountPage, on: device)
    try limits?.reset(request.client)
    switch request.form["step"].flatMap(AccountStep.init) {
    case .sendCode:
      do {
        guard let email = request.text("email") else {
          throw FormProblem(.enterEmail)
        }
        // The answer is the same whether or not an account has the email.
        try await accounts.requestPasswordReset(email: email)
        return shell.response(passwordForm(language, device).page(in: language), device)
      } catch {
        return try refused(emailForm(language, device), error, language, device)
      }
    case .save:
      do {
        guard let code = request.text("code"), let password = request.form["new-password"] else {
          throw FormProblem(.enterCodeAndPassword)
        }
        try await accounts.resetPassword(password, token: code)
        var page = MessagePage(
          title: language(.passwordChanged),
          lead: [language(.passwordChangedLead)]
        )
        page.links = [
          MessagePage.Link(label: language(.signIn), url: AccountPages.path, style: "primary")
        ]
        return shell.response(page.page(in: language), device)
      } catch {
        return try refused(passwordForm(language, device), error, language, device)
      }
    default: throw PageProblem.foreignForm
    }
  }

  private func refused(
    _ form: FormPage,
    _ error: any Error,
    _ language: PageLanguage,
    _ device: BrowserDevice
  ) throws -> Response {
    guard let sentence = FormError.sentence(error, in: language) else { throw error }
    var form = form
    form.error = sentence
    return shell.response(form.page(in: language, .badRequest), device)
  }

  private func emailForm(_ language: PageLanguage, _ device: BrowserDevice) -> FormPage {
    FormPage(
      title: language(.resetPassword),
      lead: [language(.resetLead)],
      action: Self.path,
      hidden: AccountVisit.hidden(.sendCode, device, forms),
      fields: [
        FormPage.Field(
          name: "email",
          label: language(.email),
          type: "email",
          autocomplete: "email"
        )
      ],
      submit: language(.sendCode),
      more: [FormPage.More(text: "", label: language(.backToSignIn), url: AccountPages.path)]
    )
  }

  private func passwordForm(_ language: PageLanguage, _ device: BrowserDevice) -> FormPage {
    FormPage(
      title: language(.setNewPassword),
      lead: [language(.resetCodeSent)],
      action: Self.path,
      hidden: AccountVisit.hidden(.save, device, forms),
      fields: [
        .code(language),
        FormPage.Field(
          name: "new-password",
          label: language(.newPassword),
          type: "password",
          autocomplete: "new-password",
          hint: language(.passwordHint)
        ),
      ],
      submit: language(.setPassword),
      more: [
        FormPage.More(
          text: language(.noMail),
          label: language(.sendAnotherCode),
          url: Self.path
        )
      ]
    )
  }
}
