import ATProtoAuth
import ATProtoSyntax
import ServiceKit
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

  /// The name of the checkbox that leaves a permission out. What is not checked is granted, so that the
  /// button does what it says also for a browser that does not show the box.
  private static let leavesEmailOut = "without-email"

  var language: PageLanguage
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
    let title = language(.consentTitle(app: client.name))
    let note = LinkedText(language(.canWithdraw))
    return Page(
      title: title,
      language: language,
      template: .consent,
      view: TemplateView([
        "title": title,
        "client": [client.view],
        "warning": isDevelopment ? [language(.developmentWarning)] : [String](),
        "initial": account.initial,
        "handle": account.handle.string,
        "did": account.did.string,
        "heading": language(.consentHeading),
        "sets": sets.map(view),
        "sentences": sentences.map(view),
        "action": action,
        "authorize": language(.authorize),
        "acceptFields": FormPage.views(accept),
        "deny": language(.deny),
        "denyFields": FormPage.views(deny),
        "others": others.map { $0.view(action: action) },
        "destination": language(.willReturn(to: destination)),
        "beforeLink": note.before,
        "link": note.link,
        "afterLink": note.after,
      ]),
      policy: PagePolicy(images: client.images, leavesServer: true)
    )
  }

  private func view(_ set: PermissionSetText) -> TemplateView {
    TemplateView([
      "icon": (set.sentences.first?.kind ?? .write).icon,
      "title": set.title,
      "detail": set.detail.map { [$0] } ?? [],
      "summary": language(.whatIsIncluded),
      "nsid": set.nsid,
      "sentences": set.sentences.map { $0.view(in: language) },
    ])
  }

  private func view(_ sentence: PermissionSentence) -> TemplateView {
    let choice = TemplateView(["name": Self.leavesEmailOut, "label": language(.doNotShare)])
    return sentence.view(
      in: language,
      limit: PermissionSentence.shownTerms,
      choices: sentence.isOptional ? [choice] : []
    )
  }

  /// What the form grants: all that was asked for, except for what the person has left out.
  static func granted(_ scope: OAuthScope, _ request: PageRequest) -> OAuthScope {
    guard request.form[leavesEmailOut] != nil,
      PermissionWords.sentences(of: scope).contains(where: \.isOptional)
    else { return scope }
    return scope.filter { value in
      if case .account(let account)? = Permission(value) {
        account.attribute != .email
      } else {
        true
      }
    }
  }
}

extension PermissionSentence {
  /// Terms that are shown at once; more can be unfolded.
  static let shownTerms = 6

  /// - Parameters:
  ///   - limit: the number of terms to show at once.
  ///   - choices: checkboxes of the form of the page.
  func view(
    in language: PageLanguage,
    limit: Int = .max,
    choices: [TemplateView] = []
  ) -> TemplateView {
    let isLong = terms.count > limit
    return TemplateView([
      "icon": kind.icon,
      "text": language(text),
      "isDangerous": isDangerous,
      "terms": isLong ? [] : terms,
      "longTerms": isLong
        ? [
          TemplateView(["summary": language(.showAllNames(terms.count)), "items": terms])
        ] : [],
      "choices": choices,
    ])
  }
}

/// A phrase with a link, whose text is in brackets.
private struct LinkedText {
  var before = ""
  var link: String
  var after = ""

  init(_ text: String) {
    guard let start = text.firstIndex(of: "["), let end = text[start...].firstIndex(of: "]") else {
      link = text
      return
    }
    before = String(text[..<start])
    link = String(text[text.index(after: start)..<end])
    after = String(text[text.index(after: end)...])
  }
}
