import ATProtoData
import ATProtoHTTP
import ATProtoIdentity
import ATProtoLabels
import ATProtoSyntax
import ComAtprotoAPI
import Templating

/// The values of the subject page, as text. What strangers wrote is shown as text only.
struct SubjectView {
  private let content: SubjectPage.Content
  private let visitor: ReviewVisitor
  private let done: ReviewAction.Kind?
  private let now: Int

  private static let maximumRecord = 20_000

  init(
    _ content: SubjectPage.Content,
    _ visitor: ReviewVisitor,
    done: ReviewAction.Kind?,
    now: Int
  ) {
    self.content = content
    self.visitor = visitor
    self.done = done
    self.now = now
  }

  var values: [String: any TemplateValue] {
    let subject = content.subject
    let known: [String: any TemplateValue] = [
      "title": subject.isAccount ? "Account" : "Record",
      "uri": ReviewText.cleaned(subject.uri, maximum: 2_048),
      "cid": subject.cid ?? "",
      "token": visitor.formToken,
      "notice": done.map { [$0.notice] } ?? [],
      "facts": facts,
      "account": subject.isAccount ? [] : [ReviewLink.subject(subject.did.string)],
      "record": record,
      "labels": labels,
      "pushes": content.pushes.map(view),
      "events": content.events.map(view),
      "more": content.cursor.map { [ReviewLink.subject(subject.uri, [("cursor", $0)])] } ?? [],
      "next": ReviewLink.next(after: subject.uri),
    ]
    return known.merging(forms) { first, _ in first }
  }

  // MARK: What is known

  private var facts: [TemplateView] {
    let status = content.status
    let handle = content.identity.map { $0.handle == .invalid ? "not confirmed" : "@\($0.handle)" }
    let pds = content.identity.flatMap { try? $0.document.pds.origin }
    let facts: [(String, String?)] = [
      ("State", status.map { Self.state($0) } ?? "not reviewed"),
      ("Handle", handle ?? "unknown"),
      ("DID", content.subject.did.string),
      ("Server", pds),
      ("Last report", status?.reports.at.map(ReviewText.time)),
      ("Reviewed", status?.review.at.map(ReviewText.time)),
      ("Reviewed by", status?.review.by?.string),
      ("Suspended until", status?.takedown?.until.map(ReviewText.time)),
      ("Note", status?.comment.map { ReviewText.cleaned($0, maximum: 2_000) }),
      ("Tags", status.flatMap { $0.tags.isEmpty ? nil : Self.tags($0) }),
      ("Reports of the account", "\(content.tally[.reports])"),
      ("Reports of its records", "\(content.tally[.recordReports])"),
      ("Takedowns", "\(content.tally[.takedowns] + content.tally[.suspensions])"),
    ]
    return facts.compactMap { name, value in
      value.map { TemplateView(["name": name, "value": $0]) }
    }
  }

  private static func state(_ status: SubjectStatus) -> String {
    let review =
      switch status.review.state {
      case .none: "not reviewed"
      case .open: "open"
      case .escalated: "escalated"
      case .closed: "closed"
      }
    var words = [review]
    if status.takedown != nil { words.append("taken down") }
    if status.reports.isAppealed { words.append("appealed") }
    return words.joined(separator: ", ")
  }

  private static func tags(_ status: SubjectStatus) -> String {
    status.tags.map { ReviewText.cleaned($0.name, maximum: 100) }.joined(separator: ", ")
  }

  /// The record as JSON. Images are not loaded, only their CIDs are shown.
  private var record: [TemplateView] {
    guard !content.subject.isAccount else { return [] }
    guard let record = content.record else {
      return [
        TemplateView([
          "text": "The record is not available: it was deleted, or its server did not return it.",
          "time": [String](),
        ])
      ]
    }
    return [
      TemplateView([
        "text": ReviewText.cleaned(
          RecordText.lines(of: record.value),
          maximum: Self.maximumRecord
        ),
        "time": [ReviewText.time(record.fetchedAt)],
      ])
    ]
  }

  private var labels: [TemplateView] {
    content.labels.map { label in
      TemplateView([
        "value": ReviewText.cleaned(label.val, maximum: 128),
        "since": label.cts.string,
        "until": label.exp.map { [$0.string] } ?? [],
        "uri": content.subject.uri,
        "cid": content.subject.cid ?? "",
        "token": visitor.formToken,
        "mayNegate": visitor.may(.moderator),
      ])
    }
  }

  private func view(_ push: PushRow) -> TemplateView {
    let state =
      if let confirmed = push.confirmedAt {
        "confirmed \(ReviewText.time(confirmed))"
      } else {
        "waiting, attempt \(push.attempts + 1)"
      }
    return TemplateView([
      "target": push.target.rawValue,
      "what": push.isApplied ? "takedown" : "reversal",
      "subject": ReviewText.cleaned(push.subject.text, maximum: 300),
      "state": state,
      "error": push.error.map { [ReviewText.cleaned($0, maximum: 500)] } ?? [],
    ])
  }

  private func view(_ event: ModerationEvent) -> TemplateView {
    TemplateView([
      "id": "\(event.id)",
      "time": ReviewText.time(event.createdAt),
      "what": EventText.summary(of: event),
      "by": event.createdBy.string,
      "comment": event.comment.map { [ReviewText.cleaned($0, maximum: 2_000)] } ?? [],
    ])
  }

  // MARK: Forms

  private var forms: [String: any TemplateValue] {
    let current = Set(content.labels.map(\.val))
    let values = content.values.filter { !current.contains($0) }.prefix(Self.maximumValues)
    let reporters = content.events.filter { $0.action.kind == .report }.map(\.createdBy.string)
    return [
      "mayDecide": visitor.may(.triage),
      "mayEnforce": visitor.may(.moderator),
      "isAppealed": content.status?.reports.isAppealed ?? false,
      "isAccount": content.subject.isAccount,
      "isTakenDown": content.status?.takedown != nil,
      "hasValues": !values.isEmpty,
      "values": values.enumerated().map { index, value in
        TemplateView([
          "id": "value-\(index)",
          "name": ReviewAction.valuePrefix + value,
          "value": ReviewText.cleaned(value, maximum: 128),
        ])
      },
      "recipients": [content.subject.did.string] + Set(reporters).sorted(),
    ]
  }

  /// A declaration may list any number of values; the others can be entered.
  private static let maximumValues = 100
}
