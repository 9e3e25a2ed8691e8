import ServiceKit
import Templating

/// The page that hands the result of a request to the app as a form: "HTML form values that are
/// auto-submitted in the User Agent" ("OAuth 2.0 Form Post Response Mode", 2). Without scripts, a
/// button sends it.
struct FormPostPage {
  private let answer: AuthorizationResponse
  private let language: PageLanguage

  init(_ answer: AuthorizationResponse, _ language: PageLanguage) {
    self.answer = answer
    self.language = language
  }

  var page: Page {
    let isDenied = answer.parameters.contains { $0.0 == "error" }
    let title = language(isDenied ? .backToApp : .youAreSignedIn)
    return Page(
      title: title,
      language: language,
      template: .formPost,
      view: TemplateView([
        "title": title,
        "lead": language(.continueToApp),
        "action": answer.redirectURI,
        "parameters": answer.parameters.map { TemplateView(["name": $0.0, "value": $0.1]) },
        "submit": language(.continueButton),
      ]),
      policy: .formPost
    )
  }
}
