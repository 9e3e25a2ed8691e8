import ATProtoAuth
import ATProtoSyntax
import ComAtprotoAPI
import XRPC
import XRPCServer

/// What a person enters to create an account.
struct SignUpForm: Sendable {
  var handle = ""
  var email = ""
  var password = ""
  var inviteCode: String?

  /// - Parameter hint: `login_hint`; a handle is suggested.
  init(_ hint: String?) {
    if let hint, (try? Handle(hint)) != nil { handle = hint }
  }

  init(_ request: PageRequest) {
    handle = request.text("handle")?.lowercased() ?? ""
    if handle.hasPrefix("@") { handle.removeFirst() }
    email = request.text("email") ?? ""
    password = request.form["password"] ?? ""
    inviteCode = request.text("invite")
  }
}

/// Creates accounts for people who come from an app (`prompt=create`). The account is the same as one
/// made with `createAccount`.
struct SignUps: Sendable {
  enum Outcome {
    case done(DID, BrowserDevice)
    /// The form again, with what is wrong.
    case refused(FormPage)
  }

  let registration: AccountRegistration
  let sessions: Sessions
  let signIns: SignIns
  let limits: PageLimits?
  /// Each with its leading dot.
  let handleDomains: [String]

  func perform(_ page: PendingPage, _ request: PageRequest) async throws -> Outcome {
    let form = SignUpForm(request)
    if page.isRestricted, form.handle != page.parameters.loginHint {
      return .refused(
        self.page(
          page,
          form,
          page.language(.onlyAccountWanted(name: page.parameters.loginHint ?? ""))
        )
      )
    }
    try limits?.signUp(request.client)
    let account: Account
    do {
      let application = try AccountApplication(
        ComAtproto.Server.CreateAccount.Input(
          email: form.email,
          handle: FormatString(form.handle),
          inviteCode: form.inviteCode,
          password: form.password
        )
      )
      let created = try await registration.createAccount(application, caller: nil)
      account = created.account
      // The session is for apps that call `createAccount`; here its tokens go to no one.
      let claims = try sessions.issuer.refreshClaims(created.tokens.refresh, at: currentSeconds())
      try await sessions.end(claims)
    } catch {
      guard let sentence = FormError.sentence(error, in: page.language) else { throw error }
      return .refused(self.page(page, form, sentence))
    }
    let device = try await signIns.start(
      account,
      on: page.device,
      for: page.purpose,
      isRemembered: request.form["remember"] != nil,
      from: request.client
    )
    return .done(account.did, device)
  }

  func page(_ page: PendingPage, _ form: SignUpForm, _ error: String? = nil) -> FormPage {
    let language = page.language
    var fields = [
      FormPage.Field(
        name: "handle",
        label: language(.handle),
        value: form.handle,
        autocomplete: "username",
        hint: language(.handleHint(domains: handleDomains)),
        isInvalid: error != nil
      ),
      FormPage.Field(
        name: "email",
        label: language(.email),
        type: "email",
        value: form.email,
        autocomplete: "email"
      ),
      FormPage.Field(
        name: "password",
        label: language(.password),
        type: "password",
        autocomplete: "new-password",
        hint: language(.passwordHint)
      ),
    ]
    if registration.invites.areRequired {
      fields.append(
        FormPage.Field(
          name: "invite",
          label: language(.inviteCode),
          value: form.inviteCode ?? "",
          autocomplete: "off"
        )
      )
    }
    return FormPage(
      title: language(.createAnAccount),
      client: page.client,
      error: error,
      action: page.url(),
      hidden: page.hidden(.signUp),
      fields: fields,
      check: FormPage.Check(name: "remember", label: language(.staySignedIn)),
      submit: language(.createAccount),
      others: [FormPage.Button(label: language(.cancel), hidden: page.hidden(.deny))],
      more: [
        FormPage.More(
          text: language(.haveAccount),
          label: language(.signIn),
          url: page.url(.init(step: .signIn))
        )
      ]
    )
  }
}
