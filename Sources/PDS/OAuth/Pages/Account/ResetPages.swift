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
    let device = try await devices.device(
      DeviceCookies(request.headers),
      from: request.client.origin
    )
    switch request.method {
    case .get, .head: return shell.response(emailForm(device).page(), device)
    case .post: break
    default: throw PageProblem.methodNotAllowed("GET, HEAD, POST")
    }
    try forms.check(request, .accountPage, on: device)
    try limits?.reset(request.client)
    switch request.form["step"].flatMap(AccountStep.init) {
    case .sendCode:
      do {
        guard let email = request.text("email") else {
          throw XRPCServerError.invalidRequest("enter the email of your account")
        }
        // The answer is the same whether or not an account has the email.
        try await accounts.requestPasswordReset(email: email)
        return shell.response(passwordForm(device).page(), device)
      } catch {
        return try refused(emailForm(device), error, device)
      }
    case .save:
      do {
        guard let code = request.text("code"), let password = request.form["new-password"] else {
          throw XRPCServerError.invalidRequest("enter the code and a new password")
        }
        try await accounts.resetPassword(password, token: code)
        var page = MessagePage(
          title: "Your password is changed",
          lead: ["You can sign in with it."]
        )
        page.links = [
          MessagePage.Link(label: "Sign in", url: AccountPages.path, style: "primary")
        ]
        return shell.response(page.page, device)
      } catch {
        return try refused(passwordForm(device), error, device)
      }
    default: throw PageProblem.foreignForm
    }
  }

  private func refused(
    _ form: FormPage,
    _ error: any Error,
    _ device: BrowserDevice
  ) throws -> Response {
    guard let sentence = FormError.sentence(error) else { throw error }
    var form = form
    form.error = sentence
    return shell.response(form.page(.badRequest), device)
  }

  private func emailForm(_ device: BrowserDevice) -> FormPage {
    FormPage(
      title: "Reset your password",
      lead: ["We send a code to the email of your account."],
      action: Self.path,
      hidden: AccountVisit.hidden(.sendCode, device, forms),
      fields: [
        FormPage.Field(name: "email", label: "Email", type: "email", autocomplete: "email")
      ],
      submit: "Send the code",
      more: [FormPage.More(text: "", label: "Back to sign-in", url: AccountPages.path)]
    )
  }

  private func passwordForm(_ device: BrowserDevice) -> FormPage {
    FormPage(
      title: "Set a new password",
      lead: ["If an account has this email, we sent a code to it."],
      action: Self.path,
      hidden: AccountVisit.hidden(.save, device, forms),
      fields: [
        .code,
        FormPage.Field(
          name: "new-password",
          label: "New password",
          type: "password",
          autocomplete: "new-password",
          hint: "At least 8 characters."
        ),
      ],
      submit: "Set password",
      more: [FormPage.More(text: "No mail?", label: "Send another code", url: Self.path)]
    )
  }
}
