import ATProtoAuth
import ATProtoSyntax
import HTTPTypes
import Hummingbird
import Templating

/// The first page of an account: what it is, which apps and browsers use it, and where to change it.
struct AccountOverview: Sendable {
  let oauthSessions: OAuthSessions
  let devices: BrowserDevices
  let appPasswords: AppPasswords
  let invites: Invites
  let repositories: Repositories

  /// A row with something to change.
  private struct Setting {
    var label: String
    var value: String
    var section: AccountSection
    var verb = "Change"
    var object: String
    var tag: (text: String, isWarning: Bool)?
    var style = "secondary"
  }

  func page(_ visit: AccountVisit, notice: AccountNotice?) async throws -> Page {
    let account = visit.account
    let action = visit.url()
    let codes = try await invites.codes(of: account.did).filter(\.isAvailable)
    let sessions = try await sessions(visit, action)
    let view = TemplateView([
      "notice": notice.map { [$0.sentence] } ?? [],
      "initial": account.initial,
      "handle": account.handle.string,
      "did": account.did.string,
      "action": action,
      "signOut": FormPage.views(visit.hidden(.signOut)),
      "settings": Self.settings(account).map { Self.view($0, visit) },
      "sessions": sessions,
      "noSessions": sessions.isEmpty,
      "devices": try await browsers(visit, action),
      "appPasswords": try await passwords(visit, action),
      "newAppPassword": visit.url(.appPassword),
      "hasInvites": !codes.isEmpty,
      "invites": codes.map { code in
        TemplateView([
          "code": code.code,
          "left": DisplayTime.count(code.capacity - code.uses.count, "use") + " left",
        ])
      },
      "data": Self.data(account).map { Self.view($0, visit) },
    ])
    return Page(title: "Your account", template: .account, view: view, isWide: true)
  }

  private static func settings(_ account: Account) -> [Setting] {
    let isConfirmed = account.emailConfirmedAt != nil
    return [
      Setting(
        label: "Handle",
        value: "@\(account.handle)",
        section: .handle,
        object: "your handle"
      ),
      Setting(
        label: "Email",
        value: account.email,
        section: .email,
        object: "your email",
        tag: isConfirmed ? ("confirmed", false) : ("not confirmed", true)
      ),
      Setting(
        label: "Password",
        value: "Signs out all apps and browsers when you change it.",
        section: .password,
        object: "your password"
      ),
    ]
  }

  private static func data(_ account: Account) -> [Setting] {
    let isActive = account.status.isActive
    return [
      Setting(
        label: "Export",
        value: "Your public data as one file (CAR).",
        section: .export,
        verb: "Download",
        object: "your data"
      ),
      Setting(
        label: isActive ? "Deactivate" : "Deactivated",
        value: isActive
          ? "Hide your account until you activate it again." : "Nobody sees your account.",
        section: isActive ? .deactivate : .activate,
        verb: isActive ? "Deactivate" : "Activate",
        object: "your account"
      ),
      Setting(
        label: "Delete",
        value: "Delete your account and all its data forever.",
        section: .delete,
        verb: "Delete",
        object: "your account",
        style: "danger"
      ),
    ]
  }

  private static func view(_ setting: Setting, _ visit: AccountVisit) -> TemplateView {
    TemplateView([
      "label": setting.label,
      "value": setting.value,
      "url": visit.url(setting.section),
      "verb": setting.verb,
      "object": setting.object,
      "class": setting.style,
      "isDownload": setting.section == .export,
      "tag": setting.tag.map {
        [TemplateView(["text": $0.text, "isWarning": $0.isWarning])]
      } ?? [],
    ])
  }

  private func sessions(_ visit: AccountVisit, _ action: String) async throws -> [TemplateView] {
    let now = currentSeconds()
    return try await oauthSessions.list(of: visit.did).map { session in
      let scope = try? OAuthScope(session.tokenScope)
      return TemplateView([
        "client": session.clientID,
        "created": DisplayTime.past(session.createdAt, at: now),
        "createdTime": DisplayTime.machine(session.createdAt),
        "refreshed": DisplayTime.past(session.refreshedAt, at: now),
        "refreshedTime": DisplayTime.machine(session.refreshedAt),
        "action": action,
        "hidden": FormPage.views(visit.hidden(.revokeSession, [("session", session.id)])),
        "sentences": scope.map(PermissionWords.sentences(of:))?.map { ConsentPage.view($0) } ?? [],
      ])
    }
  }

  private func browsers(_ visit: AccountVisit, _ action: String) async throws -> [TemplateView] {
    let now = currentSeconds()
    return try await devices.devices(of: visit.did, at: now).map { device in
      let browser = BrowserName.describe(device.userAgent)
      return TemplateView([
        "browser": browser,
        "isCurrent": device.id == visit.device.id,
        "address": device.address.map { "\($0), " } ?? "",
        "seen": DisplayTime.past(device.seenAt, at: now),
        "seenTime": DisplayTime.machine(device.seenAt),
        "action": action,
        "hidden": FormPage.views(visit.hidden(.signOutDevice, [("device", device.id)])),
      ])
    }
  }

  private func passwords(_ visit: AccountVisit, _ action: String) async throws -> [TemplateView] {
    let now = currentSeconds()
    return try await appPasswords.all(of: visit.did).map { password in
      let label = visit.forms.label(of: password.name)
      return TemplateView([
        "label": DisplayText.cleaned(password.name, maximum: 100),
        "isPrivileged": password.isPrivileged,
        "created": DisplayTime.past(password.createdAt, at: now),
        "createdTime": DisplayTime.machine(password.createdAt),
        "action": action,
        "hidden": FormPage.views(visit.hidden(.revokeAppPassword, [("app-password", label)])),
      ])
    }
  }

  // MARK: Actions

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
      if let id = form["session"] { try await oauthSessions.end(id, of: visit.did) }
      notice = .revoked
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
