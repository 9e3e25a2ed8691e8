import ATProtoSyntax
import ServiceKit
import Templating

extension Account {
  /// The letter in place of a picture.
  var initial: String { String(handle.string.prefix(1)) }
}

/// A page on which a person chooses one of the accounts of the browser.
struct AccountsPage {
  var language: PageLanguage
  var lead: String
  var client: ClientView?
  var action: String
  var accounts: [(account: Account, hidden: [FormPage.Hidden])]
  var others: [FormPage.Button]
  var policy = PagePolicy.pages

  var page: Page {
    let title = language(.chooseAccount)
    return Page(
      title: title,
      language: language,
      template: .accounts,
      view: TemplateView([
        "title": title,
        "lead": lead,
        "client": client.map { [$0.view] } ?? [],
        "accounts": accounts.map { account, hidden in
          TemplateView([
            "action": action,
            "hidden": FormPage.views(hidden),
            "initial": account.initial,
            "handle": account.handle.string,
            "did": account.did.string,
          ])
        },
        "others": others.map { $0.view(action: action) },
      ]),
      policy: policy
    )
  }
}
