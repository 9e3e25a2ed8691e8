import ATProtoAuth
import ATProtoSyntax
import HTTPTypes
import XRPCServer

/// What a form of the subject page asks for.
struct ReviewAction {
  /// The value of the button.
  enum Kind: String, CaseIterable, Sendable {
    case label, negate, takedown, reverse, acknowledge, escalate, comment, tag, appeal, email

    /// The message that follows.
    var notice: String {
      switch self {
      case .label: "Labels created."
      case .negate: "Label negated."
      case .takedown: "Subject taken down."
      case .reverse: "Takedown reversed."
      case .acknowledge: "Reports acknowledged."
      case .escalate: "Subject escalated."
      case .comment: "Comment saved."
      case .tag: "Tags updated."
      case .appeal: "Appeal resolved."
      case .email: "Email sent."
      }
    }
  }

  /// The prefix of the names of checkboxes for values that the declaration lists.
  static let valuePrefix = "value:"

  let kind: Kind
  let event: NewEvent

  /// Throws ``ReviewProblem`` if the form is not complete.
  init(_ request: ReviewRequest, about subject: Subject) throws(ReviewProblem) {
    guard let kind = request.form["action"].flatMap(Kind.init) else {
      throw ReviewProblem(
        .badRequest,
        "Something is wrong with the request",
        "The form names no known action."
      )
    }
    self.kind = kind
    let recipient = try Self.recipient(request)
    event = NewEvent(
      // A reply goes to an account: the author, or one that has reported.
      subject: kind == .email ? Subject(recipient ?? subject.did) : subject,
      action: try Self.action(kind, request),
      comment: request.text("comment"),
      modTool: ModTool(name: "labeler/review"),
      // A decision answers the reports; a note does not.
      closesReview: request.form["close"] != nil
    )
  }

  private static func recipient(_ request: ReviewRequest) throws(ReviewProblem) -> DID? {
    guard let text = request.text("recipient") else { return nil }
    guard let did = try? DID(text) else {
      throw ReviewProblem(.badRequest, "That is not an account", "Choose one of the list.")
    }
    return did
  }

  private static func action(
    _ kind: Kind,
    _ request: ReviewRequest
  ) throws(ReviewProblem) -> ModerationAction {
    switch kind {
    case .label:
      let values = try labels(request)
      return .label(LabelAction(create: values, hours: try request.number("hours")))
    case .negate: return .label(LabelAction(negate: request.words("values")))
    case .takedown: return .takedown(TakedownAction(hours: try request.number("hours")))
    case .reverse: return .reverseTakedown
    case .acknowledge: return .acknowledge(closesAccount: request.form["account"] != nil)
    case .escalate: return .escalate
    case .comment:
      guard request.text("comment") != nil else {
        throw ReviewProblem(.badRequest, "The comment is empty", "Enter a comment.")
      }
      return .comment(isSticky: request.form["sticky"] != nil)
    case .tag: return .tag(TagAction(add: request.words("add"), remove: request.words("remove")))
    case .appeal: return .resolveAppeal
    case .email:
      guard let line = request.text("line"), let content = request.text("content") else {
        throw ReviewProblem(.badRequest, "The email is empty", "Enter a subject line and a text.")
      }
      return .email(EmailAction(subjectLine: line, content: content))
    }
  }

  private static func labels(_ request: ReviewRequest) throws(ReviewProblem) -> [String] {
    let checked = request.form.names.filter { $0.hasPrefix(valuePrefix) }
      .map { String($0.dropFirst(valuePrefix.count)) }
    let values = checked + request.words("values").filter { !checked.contains($0) }
    guard !values.isEmpty else {
      throw ReviewProblem(.badRequest, "No label is chosen", "Choose a label, or enter one.")
    }
    return values
  }
}
