import ATProtoAuth
import ATProtoSyntax
import ComAtprotoAPI
import XRPC
import XRPCServer

/// What a form leads to.
enum PageOutcome {
  case page(Page, BrowserDevice)
  case redirect(String, BrowserDevice)
}

/// The pages on which an account owner changes something, each with one form.
struct AccountChanges: Sendable {
  let accounts: Accounts
  let deletion: AccountDeletion
  let appPasswords: AppPasswords
  let identities: Identities
  let signIns: SignIns
  let limits: PageLimits?

  func page(
    _ section: AccountSection,
    _ visit: AccountVisit,
    error: String? = nil
  ) -> FormPage {
    var form =
      switch section {
      case .password: PasswordForm.page(visit)
      case .email: EmailForm.page(visit)
      case .handle: HandleForm.page(visit, domains: identities.handlePolicy.domains)
      case .appPassword: AppPasswordForm.page(visit)
      case .deactivate, .activate, .overview, .export: ActivationForm.page(visit)
      case .delete: DeletionForm.page(visit)
      }
    form.error = error
    if error != nil, !form.fields.isEmpty {
      for index in form.fields.indices { form.fields[index].isInvalid = true }
    }
    return form
  }

  /// Throws what ``FormError`` describes if something is wrong with what was entered.
  func perform(
    _ step: AccountStep,
    _ section: AccountSection,
    _ visit: AccountVisit
  ) async throws -> PageOutcome {
    switch (section, step) {
    case (.password, .save): return try await changePassword(visit)
    case (.email, .save): return try await changeEmail(visit)
    case (.email, .sendCode):
      try limits?.mail(.confirmEmail, to: visit.did)
      try await accounts.requestEmailConfirmation(of: visit.account)
      return .page(EmailForm.confirmation(visit).page(in: visit.language), visit.device)
    case (.email, .confirmEmail):
      let token = visit.request.text("code") ?? ""
      try await accounts.confirmEmail(visit.account.email, token: token, of: visit.did)
      return redirect(visit, .emailConfirmed)
    case (.handle, .save): return try await changeHandle(visit)
    case (.appPassword, .save): return try await createAppPassword(visit)
    case (.deactivate, .save):
      try await confirm(visit)
      try await accounts.deactivate(visit.did, deleteAfter: nil)
      return redirect(visit, .deactivated)
    case (.activate, .save):
      if let problem = try await identities.problem(withIdentityOf: visit.account) {
        throw XRPCServerError.invalidRequest("cannot activate the account: \(problem)")
      }
      try await accounts.activate(visit.did)
      return redirect(visit, .activated)
    case (.delete, .sendCode):
      try limits?.mail(.deleteAccount, to: visit.did)
      try await deletion.requestToken(for: visit.account)
      return .page(
        DeletionForm.page(visit, isCodeSent: true).page(in: visit.language),
        visit.device
      )
    case (.delete, .save): return try await delete(visit)
    default: throw PageProblem.foreignForm
    }
  }

  private func redirect(
    _ visit: AccountVisit,
    _ notice: AccountNotice,
    _ device: BrowserDevice? = nil
  ) -> PageOutcome {
    .redirect(visit.url(notice: notice), device ?? visit.device)
  }

  /// Asks for the password again: the browser may stand unlocked.
  @discardableResult
  private func confirm(_ visit: AccountVisit) async throws -> Account {
    guard let password = visit.request.form["password"] else {
      throw FormProblem(.enterPassword)
    }
    do {
      return try await signIns.confirm(password, of: visit.did, from: visit.request.client)
    } catch SignInError.credentials {
      throw FormProblem(.wrongPassword)
    }
  }

  private func changePassword(_ visit: AccountVisit) async throws -> PageOutcome {
    let form = visit.request.form
    guard let new = form["new-password"], new == form["new-password-again"] else {
      throw FormProblem(.passwordsDiffer)
    }
    let account = try await confirm(visit)
    let changed = try await accounts.changePassword(new, of: account)
    // The change has signed everything out; the one who made it stays.
    let device = try await signIns.start(
      changed,
      on: visit.device,
      for: .accountPage,
      isRemembered: false,
      from: visit.request.client
    )
    return redirect(visit, .password, device)
  }

  private func changeEmail(_ visit: AccountVisit) async throws -> PageOutcome {
    guard let email = visit.request.text("email") else {
      throw FormProblem(.enterEmail)
    }
    try await confirm(visit)
    try limits?.emailChange(of: visit.did)
    let code = visit.request.text("code")
    if visit.account.emailConfirmedAt != nil, code == nil {
      try limits?.mail(.updateEmail, to: visit.did)
      try await accounts.requestEmailUpdate(of: visit.account)
      return .page(
        EmailForm.page(visit, isCodeSent: true).page(in: visit.language),
        visit.device
      )
    }
    try await accounts.updateEmail(email, token: code, of: visit.did)
    return redirect(visit, .email)
  }

  private func changeHandle(_ visit: AccountVisit) async throws -> PageOutcome {
    let text = visit.request.text("handle")?.lowercased() ?? ""
    let handle = try Handle(text.hasPrefix("@") ? String(text.dropFirst()) : text)
    try limits?.handleChange(of: visit.did)
    try await identities.setHandle(handle, of: visit.account)
    return redirect(visit, .handle)
  }

  private func createAppPassword(_ visit: AccountVisit) async throws -> PageOutcome {
    guard let name = visit.request.text("name") else {
      throw FormProblem(.enterName)
    }
    try await confirm(visit)
    let created = try await appPasswords.create(
      name,
      isPrivileged: visit.request.form["privileged"] != nil,
      of: visit.did
    )
    var page = MessagePage(
      title: visit.language(.newAppPassword),
      lead: [visit.language(.newAppPasswordLead)]
    )
    page.secret = created.password
    page.links = [
      MessagePage.Link(label: visit.language(.done), url: visit.url(), style: "primary")
    ]
    return .page(page.page(in: visit.language), visit.device)
  }

  private func delete(_ visit: AccountVisit) async throws -> PageOutcome {
    guard let code = visit.request.text("code") else {
      throw FormProblem(.enterCode)
    }
    try await confirm(visit)
    try await deletion.delete(
      visit.did,
      password: visit.request.form["password"] ?? "",
      token: code
    )
    let page = MessagePage(
      title: visit.language(.accountDeleted),
      lead: [visit.language(.accountDeletedLead)]
    )
    return .page(page.page(in: visit.language), visit.device)
  }
}
