package import ATProtoSyntax
import CoreMetrics
import XRPCServer

/// The moderators' desk: records events, and changes statuses, labels, and takedowns with them.
///
/// The handlers, the review page, and the chores all use it.
package struct ModerationDesk: Sendable {
  /// The labeler's account, in whose name the service itself acts.
  package let did: DID
  let store: any LabelerStore
  let labels: Labels
  /// The services that takedowns are pushed to.
  let targets: [PushTarget.Kind]
  let pusher: Pusher?
  let metrics: LabelerMetrics
  /// Milliseconds since 1970.
  let now: @Sendable () -> Int

  /// - Parameter pusher: carries takedowns to other services and sends emails; nil without them.
  package init(
    did: DID,
    store: any LabelerStore,
    labels: Labels,
    pusher: Pusher? = nil,
    metrics: LabelerMetrics,
    now: @escaping @Sendable () -> Int = { Datetime.Instant.now.wholeMilliseconds }
  ) {
    self.did = did
    self.store = store
    self.labels = labels
    targets = pusher?.targets.map(\.kind) ?? []
    self.pusher = pusher
    self.metrics = metrics
    self.now = now
  }

  /// Records an event and everything that follows from it, in one transaction.
  ///
  /// When this returns, all of it is durable. An email is sent before the event is recorded.
  ///
  /// Throws `InvalidRequest` for events that are not well-formed or do not fit the status of their
  /// subject, `Forbidden` if the moderator's role does not permit them, and `DuplicateExternalId`.
  package func emit(
    _ event: NewEvent,
    by moderator: Moderator
  ) async throws -> ModerationEvent {
    try EventRules.check(event, by: moderator)
    let entry = EventEntry(desk: self, moderator: moderator.did, now: now())
    var event = event
    if case .email(let action) = event.action {
      // An event that is sent again must not send the email again.
      try await store.read { [event] transaction throws in
        try entry.check(event, transaction.statuses.status(event.subject.key), in: transaction)
      }
      event = try await delivered(event, action)
    }
    let recorded = try await store.write { [event] transaction throws in
      try entry.record(event, in: transaction)
    }
    note(recorded)
    return recorded.event
  }

  /// Counts what was recorded, and wakes the pusher if it has something to do.
  func note(_ recorded: EventEntry.Outcome) {
    metrics.moderation.emitted("\(recorded.event.action.kind)")
    metrics.labels.signed(.created, recorded.labels.count { !$0.isNegated })
    metrics.labels.signed(.negated, recorded.labels.count { $0.isNegated })
    if let head = recorded.labels.last?.sequence { metrics.labels.head.record(head) }
    if recorded.hasPushes { pusher?.wake() }
  }

  private func delivered(_ event: NewEvent, _ action: EmailAction) async throws -> NewEvent {
    guard let pusher, pusher.canSendEmail else {
      throw XRPCServerError.invalidRequest(
        "this service cannot send emails: it does not push to a PDS"
      )
    }
    let isSent = try await pusher.sendEmail(action, to: event.subject.did, comment: event.comment)
    var event = event
    event.setDelivered(action, isSent)
    return event
  }
}

extension NewEvent {
  fileprivate mutating func setDelivered(_ action: EmailAction, _ isDelivered: Bool) {
    var action = action
    action.isDelivered = isDelivered
    self.action = .email(action)
    body = self.action.bytes(comment: comment)
  }
}

extension Datetime.Instant {
  /// Milliseconds since 1970.
  package var wholeMilliseconds: Int { Int(seconds) * 1_000 + Int(nanoseconds) / 1_000_000 }
}
