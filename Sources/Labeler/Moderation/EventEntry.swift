import ATProtoSyntax
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

  private func check(
    _ new: NewEvent,
    _ status: SubjectStatus?,
    in transaction: any LabelerTransaction
  ) throws {
    switch new.action {
    case .takedown where status?.takedown != nil:
      throw XRPCServerError.invalidRequest("the subject is already taken down")
    case .reverseTakedown where status?.takedown == nil:
      throw XRPCServerError.invalidRequest("the subject is not taken down")
    default: break
    }
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
    var after = before
    ReviewRules.apply(event, to: &after)
    if new.closesReview { after?.close(by: event) }
    guard var after, after != before else { return (event, after) }
    after = try transaction.statuses.save(after, replacing: before)
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

extension EventEntry {
  /// Replaces the states that targets should have.
  ///
  /// A takedown goes to the targets it names, or to all; relays follow the PDS and get accounts only.
  /// A reversal goes to those that got the takedown.
  private func setPushes(
    _ event: ModerationEvent,
    _ before: SubjectStatus?,
    in transaction: any LabelerTransaction
  ) throws -> Bool {
    switch event.action {
    case .takedown(let action):
      var hasPushes = false
      for target in desk.targets where action.isFor(target, event.subject) {
        for subject in event.subject.pushSubjects {
          try set(target, subject, event, isApplied: true, in: transaction)
          hasPushes = true
        }
      }
      return hasPushes
    case .reverseTakedown:
      return try reverse(event, in: transaction)
    default:
      return false
    }
  }

  private func reverse(
    _ event: ModerationEvent,
    in transaction: any LabelerTransaction
  ) throws -> Bool {
    let subject = event.subject
    let files = try Set(blobs(of: subject, in: transaction))
    var rows = try transaction.pushes.rows(of: subject.did.string)
    if subject.record != nil { rows += try transaction.pushes.rows(of: subject.uri) }
    let applied = rows.filter { row in
      guard row.isApplied else { return false }
      // The files of an account are also those of its records, whose takedowns are others.
      return switch row.subject {
      case .account: subject.isAccount
      case .record: true
      case .blob(_, let cid): files.contains(cid)
      }
    }
    for row in applied {
      try set(row.target, row.subject, event, isApplied: false, in: transaction)
    }
    return !applied.isEmpty
  }

  /// The files that were taken down with a subject.
  private func blobs(of subject: Subject, in transaction: any LabelerTransaction) throws -> [String] {
    guard subject.blobs.isEmpty else { return subject.blobs }
    return try transaction.statuses.status(subject.key)?.subject.blobs ?? []
  }

  private func set(
    _ target: PushTarget.Kind,
    _ subject: PushSubject,
    _ event: ModerationEvent,
    isApplied: Bool,
    in transaction: any LabelerTransaction
  ) throws {
    try transaction.pushes.save(
      PushRow(target: target, subject: subject, event: event.id, isApplied: isApplied, dueAt: now)
    )
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

extension TakedownAction {
  fileprivate func isFor(_ target: PushTarget.Kind, _ subject: Subject) -> Bool {
    guard target == .relay else { return targets.isEmpty || targets.contains(target.rawValue) }
    guard subject.isAccount else { return false }
    return targets.isEmpty || !Set(targets).isDisjoint(with: ["relay", "pds"])
  }
}

extension Subject {
  /// What a takedown of the subject is about at other services.
  fileprivate var pushSubjects: [PushSubject] {
    let main: [PushSubject] =
      if let record { cid.map { [.record(record, cid: $0)] } ?? [] } else { [.account(did)] }
    return main + Set(blobs).sorted().map { .blob(did, cid: $0) }
  }
}
