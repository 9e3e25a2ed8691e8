import Templating

/// The page that hands the result of a request to the app as a form: "HTML form values that are
/// auto-submitted in the User Agent" ("OAuth 2.0 Form Post Response Mode", 2). Without scripts, a
/// button sends it.
struct FormPostPage {
  private let answer: AuthorizationResponse

  init(_ answer: AuthorizationResponse) {
    self.answer = answer
  }

  var page: Page {
    let isDenied = answer.parameters.contains { $0.0 == "error" }
    let title = isDenied ? "Back to the app" : "You are signed in"
    return Page(
      title: title,
      template: .formPost,
      view: TemplateView([
        "title": title,
        "lead": "Continue to return to the app.",
        "action": answer.redirectURI,
        "parameters": answer.parameters.map { TemplateView(["name": $0.0, "value": $0.1]) },
      ]),
      policy: .formPost
    )
  }
}
