import ATProtoAuth
import ATProtoSyntax
import Templating

/// The page on which an account owner decides about an app.
struct ConsentPage {
  /// A permission set, as its author describes it.
  struct PermissionSetText {
    var nsid: String
    var title: String
    var detail: String?
    var sentences: [PermissionSentence]
  }

  /// Terms of one sentence that are shown at once; more can be unfolded.
  private static let shownTerms = 6

  var client: ClientView
  var isDevelopment: Bool
  var account: Account
  var sets: [PermissionSetText]
  var sentences: [PermissionSentence]
  /// The host or scheme to which the browser will return.
  var destination: String
  var action: String
  var accept: [FormPage.Hidden]
  var deny: [FormPage.Hidden]
  var others: [FormPage.Button]

  var page: Page {
    let title = "Allow \(client.name ?? "this app") to use your account?"
    return Page(
      title: title,
      template: .consent,
      view: TemplateView([
        "title": title,
        "client": [client.view],
        "warning": isDevelopment
          ? ["This app is being developed on your computer. Only continue if you started it."]
          : [String](),
        "initial": account.initial,
        "handle": account.handle.string,
        "did": account.did.string,
        "sets": sets.map(Self.view),
        "sentences": sentences.map { Self.view($0, limit: Self.shownTerms) },
        "action": action,
        "acceptFields": FormPage.views(accept),
        "denyFields": FormPage.views(deny),
        "others": others.map { $0.view(action: action) },
        "destination": "You will return to \(destination).",
      ]),
      policy: PagePolicy(image: client.logo, leavesServer: true)
    )
  }

  private static func view(_ set: PermissionSetText) -> TemplateView {
    TemplateView([
      "icon": (set.sentences.first?.kind ?? .write).icon,
      "title": set.title,
      "detail": set.detail.map { [$0] } ?? [],
      "nsid": set.nsid,
      "sentences": set.sentences.map { view($0) },
    ])
  }

  /// - Parameter limit: the number of terms to show at once.
  static func view(_ sentence: PermissionSentence, limit: Int = .max) -> TemplateView {
    let isLong = sentence.terms.count > limit
    return TemplateView([
      "icon": sentence.kind.icon,
      "text": sentence.text,
      "isDangerous": sentence.isDangerous,
      "terms": isLong ? [] : sentence.terms,
      "longTerms": isLong
        ? [
          TemplateView([
            "summary": "Show all \(sentence.terms.count) names", "items": sentence.terms,
          ])
        ] : [],
    ])
  }
}
