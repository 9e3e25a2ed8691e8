import ATProtoSyntax

extension EventEntry {
  /// Replaces the states that targets should have.
  ///
  /// A takedown goes to the targets it names, or to all; relays follow the PDS and get accounts only.
  /// A reversal goes to those that got the takedown.
  func setPushes(
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
      return try reverse(event, before?.takedown?.event, in: transaction)
    default:
      return false
    }
  }

  /// Reverses what a takedown has set, whatever later events say about the subject's files.
  ///
  /// - Parameter takedown: the event of the takedown. Rows name it even after they are confirmed.
  private func reverse(
    _ event: ModerationEvent,
    _ takedown: Int?,
    in transaction: any LabelerTransaction
  ) throws -> Bool {
    let subject = event.subject
    var rows = try transaction.pushes.rows(of: subject.did.string)
    if subject.record != nil { rows += try transaction.pushes.rows(of: subject.uri) }
    let applied = rows.filter { $0.isApplied && $0.event == takedown }
    for row in applied {
      try set(row.target, row.subject, event, isApplied: false, in: transaction)
    }
    return !applied.isEmpty
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
