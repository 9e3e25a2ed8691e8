import ATProtoAuth
import ATProtoSyntax
import HTTPTypes
import Hummingbird
import NIOCore
import XRPC
import XRPCServer

/// The pages of `/account`, on which an account owner sees and changes what belongs to the account
/// (OAuth specification, "Authorization Server": a way to list and revoke sessions).
struct AccountPages: Sendable {
  static let path = "/account"

  let shell: PageShell
  let forms: FormGuard
  let devices: BrowserDevices
  let signIns: SignIns
  let overview: AccountOverview
  let changes: AccountChanges

  func response(_ section: AccountSection, to request: PageRequest) async throws -> Response {
    if section != .export { try FormGuard.checkIsOpened(request.headers) }
    let device = try await devices.device(
      DeviceCookies(request.headers),
      from: request.client.origin
    )
    let signedIn = try await signIns.accounts(on: device, for: .accountPage)
    switch request.method {
    case .get, .head: return try await show(section, request, device, signedIn)
    case .post where section != .export:
      try forms.check(request, .accountPage, on: device)
      guard let step = request.form["step"].flatMap(AccountStep.init) else {
        throw PageProblem.foreignForm
      }
      return try await perform(step, section, request, device, signedIn)
    default:
      throw PageProblem.methodNotAllowed(section == .export ? "GET, HEAD" : "GET, HEAD, POST")
    }
  }

  // MARK: Pages

  private func show(
    _ section: AccountSection,
    _ request: PageRequest,
    _ device: BrowserDevice,
    _ signedIn: [Account]
  ) async throws -> Response {
    let wished = request.query["account"].flatMap { try? DID($0) }
    guard let account = Self.account(wished, signedIn) else {
      if signedIn.count > 1, wished == nil {
        return shell.response(choicePage(section, request, device, signedIn), device)
      }
      let form = signInPage(section, request, device, wished: wished)
      return shell.response(form.page(in: request.language), device)
    }
    let visit = AccountVisit(
      request: request,
      device: device,
      account: account,
      signedIn: signedIn,
      forms: forms
    )
    switch section {
    case .overview:
      let notice = request.query["notice"].flatMap(AccountNotice.init)
      return shell.response(try await overview.page(visit, notice: notice), device)
    case .export: return try await export(visit)
    default:
      return shell.response(changes.page(section, visit).page(in: visit.language), device)
    }
  }

  private static func account(_ wished: DID?, _ signedIn: [Account]) -> Account? {
    if let wished { return signedIn.first { $0.did == wished } }
    return signedIn.count == 1 ? signedIn[0] : nil
  }

  private func signInPage(
    _ section: AccountSection,
    _ request: PageRequest,
    _ device: BrowserDevice,
    wished: DID? = nil,
    identifier: String? = nil,
    error: String? = nil
  ) -> FormPage {
    let language = request.language
    var form = SignInForm.page(
      in: language,
      title: .signInToAccount,
      identifier: identifier ?? wished?.string ?? "",
      error: error,
      action: section.path,
      hidden: AccountVisit.hidden(.signIn, device, forms)
    )
    form.lead = [language(.signInToAccountLead(server: shell.brand.name))]
    return form
  }

  private func choicePage(
    _ section: AccountSection,
    _ request: PageRequest,
    _ device: BrowserDevice,
    _ signedIn: [Account]
  ) -> Page {
    let language = request.language
    let hidden = AccountVisit.hidden(.select, device, forms)
    return AccountsPage(
      language: language,
      lead: language(.severalAccounts),
      action: section.path,
      accounts: signedIn.map { ($0, hidden + [("account", $0.did.string)]) },
      others: [
        FormPage.Button(
          label: language(.useAnotherAccount),
          hidden: AccountVisit.hidden(.another, device, forms)
        )
      ]
    ).page
  }

  /// The repository as a CAR file. Unlike `getRepo`, it also serves an account that is deactivated.
  private func export(_ visit: AccountVisit) async throws -> Response {
    let body = try await overview.repositories.export(
      visit.did,
      since: nil,
      includesHidden: true,
      for: visit.request.client.network
    )
    return shell.download(
      body.stream,
      name: "\(visit.account.handle).car",
      contentType: body.contentType,
      visit.device
    )
  }

  // MARK: Actions

  private func perform(
    _ step: AccountStep,
    _ section: AccountSection,
    _ request: PageRequest,
    _ device: BrowserDevice,
    _ signedIn: [Account]
  ) async throws -> Response {
    let wished = request.form["account"].flatMap { try? DID($0) }
    switch step {
    case .signIn: return try await signIn(section, request, device, signedIn)
    case .another:
      return shell.response(signInPage(section, request, device).page(in: request.language), device)
    case .select: return shell.redirect(to: section.url(wished), device)
    default: break
    }
    guard let wished, let account = signedIn.first(where: { $0.did == wished }) else {
      // The sign-in has expired while the page was open.
      return shell.redirect(to: section.url(wished), device)
    }
    let visit = AccountVisit(
      request: request,
      device: device,
      account: account,
      signedIn: signedIn,
      forms: forms
    )
    if section == .overview { return try await overview.perform(step, visit, shell) }
    do {
      return shell.response(try await changes.perform(step, section, visit))
    } catch {
      guard let sentence = FormError.sentence(error, in: visit.language) else { throw error }
      let form = changes.page(section, visit, error: sentence)
      return shell.response(form.page(in: visit.language, .badRequest), device)
    }
  }

  private func signIn(
    _ section: AccountSection,
    _ request: PageRequest,
    _ device: BrowserDevice,
    _ signedIn: [Account]
  ) async throws -> Response {
    let form = SignInForm(request)
    do {
      let attempt = try form.attempt(.accountPage)
      let (account, renewed) = try await signIns.signIn(attempt, on: device, from: request.client)
      let isAlone = signedIn.allSatisfy { $0.did == account.did }
      return shell.redirect(to: section.url(isAlone ? nil : account.did), renewed)
    } catch let error as SignInError {
      let sentence = request.language(SignInForm.phrase(error))
      let page = signInPage(section, request, device, identifier: form.identifier, error: sentence)
      return shell.response(page.page(in: request.language, .badRequest), device)
    }
  }
}
