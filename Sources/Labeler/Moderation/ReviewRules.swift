/// What events do to the status of their subject.
package enum ReviewRules {
  /// - Parameter status: the status before the event, nil for a new subject, and then the one after
  ///   it.
  package static func apply(_ event: ModerationEvent, to status: inout SubjectStatus?) {
    // Such a report is only kept.
    if case .report(_, true) = event.action { return }
    var next = status ?? SubjectStatus(event.subject, createdAt: event.createdAt)
    next.updatedAt = event.createdAt
    // A reporter may name a version that does not exist.
    if let cid = event.subject.cid, next.subject.cid == nil || event.action.kind != .report {
      next.subject.cid = cid
    }
    if !event.subject.blobs.isEmpty { next.subject.blobs = event.subject.blobs }
    next.apply(event)
    status = next
  }
}

extension SubjectStatus {
  fileprivate mutating func apply(_ event: ModerationEvent) {
    let now = event.createdAt
    switch event.action {
    case .report(let type, _):
      reports.at = now
      if ReportReason.isAppeal(type) {
        reports.isAppealed = true
        reports.appealedAt = now
      }
      // An escalated review stays escalated until it is closed.
      if review.state != .escalated { review.state = .open }
    case .acknowledge: set(.closed, event)
    case .escalate: set(.escalated, event)
    case .takedown(let action):
      takedown = Takedown(event: event.id, until: action.hours.map { now + $0.hoursInMilliseconds })
      // The answer to the appeal is that the content is taken down (again).
      reports.isAppealed = false
      set(.closed, event)
    case .reverseTakedown:
      takedown = nil
      reports.isAppealed = false
      set(.closed, event)
    case .resolveAppeal:
      reports.isAppealed = false
      set(review.state, event)
    case .comment(let isSticky):
      if isSticky { comment = event.comment }
      set(review.state, event)
    case .mute(let hours):
      mutes.subjectUntil = now + hours.hoursInMilliseconds
      set(review.state, event)
    case .unmute:
      mutes.subjectUntil = nil
      set(review.state, event)
    case .muteReporter(let hours):
      mutes.reporterUntil = hours.map { now + $0.hoursInMilliseconds } ?? Self.farFuture
      set(review.state, event)
    case .unmuteReporter:
      mutes.reporterUntil = nil
      set(review.state, event)
    case .tag(let action): change(action, at: now)
    case .priorityScore(let score): priority = score
    case .label, .email: break
    }
  }

  private mutating func set(_ state: ReviewState, _ event: ModerationEvent) {
    review = Review(state: state, at: event.createdAt, by: event.createdBy)
  }

  private mutating func change(_ action: TagAction, at now: Int) {
    let changed = Set(action.added + action.removed)
    let expiry = action.hours.map { now + $0.hoursInMilliseconds }
    tags.removeAll { changed.contains($0.name) }
    tags += Set(action.added).map { SubjectTag($0, expiresAt: expiry) }
    tags.sort { $0.name < $1.name }
    if tags.count > Self.maximumTags { tags.removeLast(tags.count - Self.maximumTags) }
  }

  /// A mute without an end: the last millisecond of the year 9999.
  static let farFuture = 253_402_300_799_999

  /// Bounds what one subject takes.
  static let maximumTags = 100
}

extension Int {
  /// At most a century, so that a sum with the time of an event cannot overflow or exceed what a
  /// datetime can express.
  var hoursInMilliseconds: Int { Swift.min(self, 876_000) * 3_600_000 }
}
