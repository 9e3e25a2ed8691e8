import ATProtoSyntax
import HTTPTypes
import XRPCServer

/// Records one event within a transaction: the event, the status and tally, labels, and pushes.
struct EventEntry: Sendable {
  let desk: ModerationDesk
  let moderator: DID
  /// Milliseconds since 1970.
  let now: Int

  struct Outcome: Sendable {
    var event: ModerationEvent
    var labels: [LabelRow] = []
    var hasPushes = false
  }

  /// At most this many reviews of an account are closed by one event. The others stay open.
  static let maximumClosed = 5_000

  func record(
    _ new: NewEvent,
    in transaction: any LabelerTransaction
  ) throws -> Outcome {
    let before = try transaction.statuses.status(new.subject.key)
    try check(new, before, in: transaction)
    let (event, after) = try append(new, to: before, in: transaction)
    let labels = try desk.labels.apply(
      LabelChanges.changes(of: event, before: before),
      at: now,
      in: transaction
    )
    let hasPushes = try setPushes(event, before, in: transaction)
    if new.action.closesAccount {
      try closeReviews(of: event.subject.did, except: after?.subject.key, in: transaction)
    }
    return Outcome(event: event, labels: labels, hasPushes: hasPushes)
  }

  /// Throws `DuplicateExternalId`, and `InvalidRequest` if the event does not fit the status of its
  /// subject.
  func check(
    _ new: NewEvent,
    _ status: SubjectStatus?,
    in transaction: any LabelerTransaction
  ) throws {
    try checkExternalID(new, in: transaction)
    switch new.action {
    case .takedown where status?.takedown != nil:
      throw XRPCServerError.invalidRequest("the subject is already taken down")
    case .reverseTakedown where status?.takedown == nil:
      throw XRPCServerError.invalidRequest("the subject is not taken down")
    case .tag(let action):
      let tags = Set(status?.tags.map(\.name) ?? []).subtracting(action.removed)
      guard tags.union(action.added).count <= SubjectStatus.maximumTags else {
        throw XRPCServerError.invalidRequest(
          "a subject has at most \(SubjectStatus.maximumTags) tags"
        )
      }
    default: break
    }
  }

  private func checkExternalID(
    _ new: NewEvent,
    in transaction: any LabelerTransaction
  ) throws {
    guard let externalID = new.externalID else { return }
    let known = try transaction.events.event(
      about: new.subject.key,
      kind: new.action.kind,
      externalID: externalID
    )
    if let known {
      throw XRPCServerError(
        status: .badRequest,
        name: "DuplicateExternalId",
        message: "the event \(known) about this subject has the same externalId"
      )
    }
  }

  /// Appends the event, and changes the status and the tally.
  private func append(
    _ new: NewEvent,
    to before: SubjectStatus?,
    in transaction: any LabelerTransaction
  ) throws -> (ModerationEvent, SubjectStatus?) {
    var event = ModerationEvent(
      id: 0,
      subject: new.subject,
      action: new.action,
      comment: new.comment,
      modTool: new.modTool,
      externalID: new.externalID,
      body: new.body,
      createdAt: now,
      createdBy: moderator
    )
    event.id = try transaction.events.append(event)
    var status = before
    ReviewRules.apply(event, to: &status)
    if new.closesReview { status?.close(by: event) }
    // A report of a muted reporter is only kept.
    if case .report(_, isReporterMuted: true) = event.action { return (event, status) }
    guard let changed = status else { return (event, nil) }
    // Two reports within a millisecond lead to the same status, and count twice.
    let after =
      changed == before ? changed : try transaction.statuses.save(changed, replacing: before)
    var tally = try transaction.statuses.tally(of: event.subject.did.string)
    let old = tally
    Tallies.count(event, from: before, to: after, in: &tally)
    if tally != old { try transaction.statuses.setTally(tally, of: event.subject.did.string) }
    return (event, after)
  }

  private func closeReviews(
    of did: DID,
    except closed: SubjectKey?,
    in transaction: any LabelerTransaction
  ) throws {
    let pending = try transaction.statuses.pending(of: did.string, limit: Self.maximumClosed)
    for status in pending where status.subject.key != closed {
      let event = NewEvent(subject: status.subject, action: .acknowledge())
      _ = try append(event, to: status, in: transaction)
    }
  }
}

extension SubjectStatus {
  fileprivate mutating func close(by event: ModerationEvent) {
    review = Review(state: .closed, at: event.createdAt, by: event.createdBy)
  }
}

extension ModerationAction {
  fileprivate var closesAccount: Bool {
    switch self {
    case .acknowledge(let closesAccount): closesAccount
    case .takedown(let action): action.closesAccount
    default: false
    }
  }
}
