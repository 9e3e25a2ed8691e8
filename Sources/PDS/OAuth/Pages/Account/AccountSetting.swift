import ATProtoSyntax
import Templating

/// A row of the account page with something to change.
struct AccountSetting {
  var label: Phrase
  /// What it is now, or what a change means.
  var value: Phrase
  var section: AccountSection
  var verb: Phrase
  var tag: (text: Phrase, isWarning: Bool)?
  var style = "secondary"

  static func settings(of account: Account) -> [AccountSetting] {
    let isConfirmed = account.emailConfirmedAt != nil
    return [
      AccountSetting(
        label: .handle,
        value: .verbatim("@\(account.handle.string)"),
        section: .handle,
        verb: .change
      ),
      AccountSetting(
        label: .email,
        value: .verbatim(account.email),
        section: .email,
        verb: .change,
        tag: isConfirmed ? (.confirmed, false) : (.notConfirmed, true)
      ),
      AccountSetting(
        label: .password,
        value: .passwordNote,
        section: .password,
        verb: .change
      ),
    ]
  }

  static func data(of account: Account) -> [AccountSetting] {
    let isActive = account.status.isActive
    return [
      AccountSetting(
        label: .export,
        value: .exportNote,
        section: .export,
        verb: .download
      ),
      isActive
        ? AccountSetting(
          label: .deactivate,
          value: .deactivateNote,
          section: .deactivate,
          verb: .deactivate
        )
        : AccountSetting(
          label: .deactivated,
          value: .deactivatedNote,
          section: .activate,
          verb: .activate
        ),
      AccountSetting(
        label: .delete,
        value: .deleteNote,
        section: .delete,
        verb: .delete,
        style: "danger"
      ),
    ]
  }

  func view(_ visit: AccountVisit) -> TemplateView {
    let language = visit.language
    return TemplateView([
      "label": language(label),
      "value": language(value),
      "url": visit.url(section),
      "verb": language(verb),
      "class": style,
      "isDownload": section == .export,
      "tag": tag.map {
        [TemplateView(["text": language($0.text), "isWarning": $0.isWarning])]
      } ?? [],
    ])
  }
}
