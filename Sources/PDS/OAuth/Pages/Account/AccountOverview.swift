import ATProtoAuth
import ATProtoSyntax
import HTTPTypes
import Hummingbird
import ServiceKit
import Templating

/// The first page of an account: what it is, which apps and browsers use it, and where to change it.
struct AccountOverview: Sendable {
  let apps: AccountApps
  let devices: BrowserDevices
  let appPasswords: AppPasswords
  let invites: Invites
  let repositories: Repositories

  func page(_ visit: AccountVisit, notice: AccountNotice?) async throws -> Page {
    let language = visit.language
    let action = visit.url()
    let now = currentSeconds()
    let codes = try await invites.codes(of: visit.did).filter(\.isAvailable)
    let apps = try await apps.list(of: visit.did, at: now)
    let lists = AccountLists(visit: visit, action: action, now: now)
    let view = TemplateView([
      "notice": notice.map { [language(.notice($0))] } ?? [],
      "title": language(.yourAccount),
      "initial": visit.account.initial,
      "handle": visit.account.handle.string,
      "did": visit.account.did.string,
      "action": action,
      "signOutLabel": language(.signOut),
      "signOut": FormPage.views(visit.hidden(.signOut)),
      "settings": AccountSetting.settings(of: visit.account).map { $0.view(visit) },
      "appsTitle": language(.appsWithAccess),
      "noApps": apps.sessions.isEmpty ? [language(.noApps)] : [],
      "sessions": apps.sessions.map { lists.view($0, apps.clients[$0.clientID]) },
      "earlier": apps.consents.isEmpty
        ? []
        : [
          TemplateView([
            "title": language(.earlierApps),
            "note": language(.earlierAppsNote),
            "consents": apps.consents.map { lists.view($0, apps.clients[$0.clientID]) },
          ])
        ],
      "devicesTitle": language(.browsers),
      "devices": try await devices.devices(of: visit.did, at: now).map(lists.view),
      "passwordsTitle": language(.appPasswords),
      "passwordsNote": language(.appPasswordsNote),
      "create": language(.create),
      "newAppPassword": visit.url(.appPassword),
      "appPasswords": try await appPasswords.all(of: visit.did).map(lists.view),
      "invites": codes.isEmpty
        ? []
        : [
          TemplateView([
            "title": language(.inviteCodes),
            "codes": codes.map { code in
              TemplateView([
                "code": code.code,
                "left": language(.usesLeft(code.capacity - code.uses.count)),
              ])
            },
          ])
        ],
      "dataTitle": language(.yourData),
      "data": AccountSetting.data(of: visit.account).map { $0.view(visit) },
    ])
    return Page(
      title: language(.yourAccount),
      language: language,
      template: .account,
      view: view,
      isWide: true,
      policy: PagePolicy(images: apps.clients.values.flatMap(\.images))
    )
  }

  func perform(
    _ step: AccountStep,
    _ visit: AccountVisit,
    _ shell: PageShell
  ) async throws -> Response {
    let form = visit.request.form
    let notice: AccountNotice
    switch step {
    case .signOut:
      try await devices.signOut(visit.did, on: visit.device.id)
      return shell.redirect(to: AccountSection.overview.path, visit.device)
    case .revokeSession:
      if let id = form["session"] { try await apps.sessions.end(id, of: visit.did) }
      notice = .revoked
    case .forgetApp:
      if let id = form["client"] { try await apps.sessions.forget(id, of: visit.did) }
      notice = .forgotten
    case .signOutDevice:
      if let id = form["device"] { try await devices.signOut(visit.did, on: id) }
      notice = .signedOut
    case .revokeAppPassword:
      let passwords = try await appPasswords.all(of: visit.did)
      let found = passwords.first { visit.forms.label(of: $0.name) == form["app-password"] }
      if let found { try await appPasswords.revoke(found.name, of: visit.did) }
      notice = .appPasswordRevoked
    default: throw PageProblem.foreignForm
    }
    return shell.redirect(to: visit.url(notice: notice), visit.device)
  }
}
