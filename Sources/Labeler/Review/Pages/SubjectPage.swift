import ATProtoAuth
import ATProtoData
import ATProtoIdentity
import ATProtoSyntax
import AppBskyAPI
import ComAtprotoAPI
import HTTPTypes
import Templating
import XRPCServer

/// A subject: what was reported, what is known about it, and what a moderator can do.
struct SubjectPage: Sendable {
  let desk: ModerationDesk
  let labels: Labels
  let records: SubjectRecords
  let declaration: DeclarationSource
  let directory: any IdentityDirectory
  /// Milliseconds since 1970.
  let now: @Sendable () -> Int

  private static let eventCount = 50
  /// The longest time for looking up the identity of an account, which another server may delay.
  private static let patience = Duration.seconds(3)

  /// What to do after an action.
  struct Outcome: Sendable {
    let uri: String
    let key: SubjectKey
    /// `ReviewAction.Kind`
    let done: String
    /// Whether to go on with the next subject of the queue.
    let continues: Bool
  }

  func page(_ request: ReviewRequest, _ visitor: ReviewVisitor) async throws -> ReviewPage {
    let subject = try Self.subject(request.query["uri"])
    let content = try await content(of: subject, cursor: request.query["cursor"])
    let done = request.query["done"].flatMap(ReviewAction.Kind.init)
    return ReviewPage(
      title: ReviewText.cleaned(subject.uri, maximum: 200),
      template: .subject,
      values: SubjectView(content, visitor, done: done, now: now()).values,
      visitor: visitor
    )
  }

  func perform(_ request: ReviewRequest, _ visitor: ReviewVisitor) async throws -> Outcome {
    var subject = try Self.subject(request.form["uri"])
    subject.cid = request.text("cid").flatMap { try? CID($0).string }
    if subject.record != nil, subject.cid == nil {
      subject.cid = try await desk.status(of: subject)?.subject.cid
    }
    let action = try ReviewAction(request, about: subject)
    _ = try await desk.emit(action.event, by: visitor.moderator)
    return Outcome(
      uri: subject.uri,
      key: subject.key,
      done: action.kind.rawValue,
      continues: request.form["next"] != nil || request.form["close"] != nil
    )
  }

  /// Everything that the page shows.
  struct Content: Sendable {
    let subject: Subject
    let identity: Identity?
    let status: SubjectStatus?
    let record: SubjectRecord?
    let labels: [ComAtproto.Label.Defs.Label]
    let pushes: [PushRow]
    let tally: AccountTally
    let events: [ModerationEvent]
    /// Continues the list of events.
    let cursor: String?
    /// The values that the declaration lists.
    let values: [String]
  }

  private func content(of subject: Subject, cursor: String?) async throws -> Content {
    let status = try await desk.status(of: subject)
    var subject = subject
    var record: SubjectRecord?
    if let uri = subject.record {
      record = try await records.record(uri, cid: status?.subject.cid)
      // A reporter may have named a version that does not exist.
      if record == nil { record = try await records.stored(uri, cid: nil) }
      // Labels and takedowns are about the version that is shown.
      subject.cid = record?.cid ?? status?.subject.cid
    }
    let scope = SubjectScope(.one(subject.key))
    let page = try await desk.events(EventFilter(scope, limit: Self.eventCount), after: cursor)
    return Content(
      subject: subject,
      identity: await identity(of: subject.did),
      status: status,
      record: record,
      labels: try await labels.labels(on: subject.uri),
      pushes: try await desk.pushes(of: subject),
      tally: try await desk.tally(of: subject.did),
      events: page.events,
      cursor: page.cursor,
      values: await declaration.declaration()?.policies.labelValues.map(\.rawValue) ?? []
    )
  }

  private func identity(of did: DID) async -> Identity? {
    await withTaskGroup(of: Identity?.self) { group in
      group.addTask { [directory] in try? await directory.identity(of: did) }
      group.addTask {
        try? await Task.sleep(for: Self.patience)
        return nil
      }
      defer { group.cancelAll() }
      return await group.next() ?? nil
    }
  }

  /// Throws ``ReviewProblem`` unless the text is a DID, or the AT-URI of a record with a DID.
  static func subject(_ text: String?) throws(ReviewProblem) -> Subject {
    if let text, text.utf8.count <= 2_048 {
      if let did = try? DID(text) { return Subject(did) }
      if let uri = try? ATURI(text), let subject = Subject(uri, cid: nil) { return subject }
    }
    throw ReviewProblem(
      .badRequest,
      "That is not a subject",
      "A subject is an account's DID, or the AT-URI of a record."
    )
  }
}
