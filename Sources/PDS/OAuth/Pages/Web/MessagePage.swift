import ServiceKit
import Templating

/// A page that says something, with what can be done about it.
struct MessagePage {
  struct Link {
    var label: String
    var url: String
    var style = "secondary"
  }

  var title: String
  var lead: [String]
  /// A text to copy, shown this once.
  var secret: String?
  /// Where the forms of `others` go.
  var action = ""
  var others: [FormPage.Button] = []
  var links: [Link] = []
  var policy = PagePolicy.pages

  func page(in language: PageLanguage) -> Page {
    Page(
      title: title,
      language: language,
      template: .message,
      view: TemplateView([
        "title": title,
        "lead": lead,
        "secret": secret.map { [$0] } ?? [],
        "hasActions": !others.isEmpty || !links.isEmpty,
        "others": others.map { $0.view(action: action) },
        "buttons": links.map { link in
          TemplateView(["label": link.label, "url": link.url, "class": link.style])
        },
      ]),
      policy: policy
    )
  }
}
