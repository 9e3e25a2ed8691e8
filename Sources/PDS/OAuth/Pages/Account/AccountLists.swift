import ATProtoAuth
import ATProtoSyntax
import Templating

/// The rows of the lists of an account page.
struct AccountLists {
  let visit: AccountVisit
  /// Where their forms go.
  let action: String
  let now: Int

  private var language: PageLanguage { visit.language }

  func view(_ session: OAuthSession, _ client: ClientView?) -> TemplateView {
    let scope = try? OAuthScope(session.tokenScope)
    let sentences = scope.map(PermissionWords.sentences(of:)) ?? []
    return TemplateView([
      "client": app(session.clientID, client),
      "times": [
        time(.signedInSince, session.createdAt), time(.lastUsed, session.refreshedAt),
      ],
      "action": action,
      "hidden": FormPage.views(visit.hidden(.revokeSession, [("session", session.id)])),
      "button": language(.revoke),
      "name": session.clientID,
      "summary": language(.whatItCanDo),
      "sentences": sentences.map { $0.view(in: language) },
    ])
  }

  func view(_ consent: OAuthConsent, _ client: ClientView?) -> TemplateView {
    TemplateView([
      "client": app(consent.clientID, client),
      "times": [time(.granted, consent.grantedAt)],
      "action": action,
      "hidden": FormPage.views(visit.hidden(.forgetApp, [("client", consent.clientID)])),
      "button": language(.forget),
      "name": consent.clientID,
    ])
  }

  func view(_ device: OAuthDevice) -> TemplateView {
    let browser = language(BrowserName.describe(device.userAgent))
    return TemplateView([
      "browser": browser,
      "tag": device.id == visit.device.id ? [language(.thisBrowser)] : [],
      "address": device.address.map { [$0] } ?? [],
      "times": [time(.lastSeen, device.seenAt)],
      "action": action,
      "hidden": FormPage.views(visit.hidden(.signOutDevice, [("device", device.id)])),
      "button": language(.signOut),
    ])
  }

  func view(_ password: AppPassword) -> TemplateView {
    let id = visit.forms.label(of: password.name)
    return TemplateView([
      "label": DisplayText.cleaned(password.name, maximum: 100),
      "tag": password.isPrivileged ? [language(.privileged)] : [],
      "times": [time(.created, password.createdAt)],
      "action": action,
      "hidden": FormPage.views(visit.hidden(.revokeAppPassword, [("app-password", id)])),
      "button": language(.revoke),
    ])
  }

  private func app(_ id: String, _ client: ClientView?) -> [TemplateView] {
    [
      TemplateView([
        "name": client?.name.map { [$0] } ?? [],
        "logo": client?.logo.map { [$0] } ?? [],
        "id": id,
      ])
    ]
  }

  private func time(_ label: Phrase, _ seconds: Int) -> TemplateView {
    TemplateView([
      "label": language(label),
      "machine": DisplayTime.machine(seconds),
      "text": language(DisplayTime.past(seconds, at: now)),
    ])
  }
}
