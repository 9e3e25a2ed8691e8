import ATProtoSyntax
import Templating

/// A moderator at a browser.
struct ReviewVisitor: Sendable {
  let moderator: Moderator
  /// The token of all forms of the session.
  let formToken: String

  /// The header of every page.
  var view: TemplateView {
    TemplateView([
      "did": moderator.did.string,
      "role": "\(moderator.role)",
      "isAdmin": moderator.role == .admin,
      "token": formToken,
    ])
  }

  func may(_ role: Role) -> Bool { moderator.role >= role }
}
