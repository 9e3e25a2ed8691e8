package import ATProtoSyntax

/// Selects and sorts statuses.
package struct StatusFilter: Sendable {
  package var scope: SubjectScope
  package var state: SubjectStatus.ReviewState?
  package var reviewedBy: DID?
  package var isTakenDown: Bool?
  package var isAppealed: Bool?
  package var times = StatusTimes()
  package var mutes = Mutes.excluded
  /// A part of the sticky comment.
  package var comment: String?
  package var tags = StatusTags()
  package var minimums = StatusMinimums()
  /// One of several queues that share the work; nil for all of it.
  package var queue: StatusQueue?
  package var order: StatusOrder

  package enum Mutes: Sendable {
    case excluded, included, only
  }

  package init(
    _ scope: SubjectScope = SubjectScope(),
    state: SubjectStatus.ReviewState? = nil,
    order: StatusOrder = StatusOrder()
  ) {
    self.scope = scope
    self.state = state
    self.order = order
  }

  /// Whether everything but the tags and the account's tally matches.
  package func matchesFields(_ status: SubjectStatus, at now: Int) -> Bool {
    if let state, status.review.state != state { return false }
    if let reviewedBy, status.review.by != reviewedBy { return false }
    if let isTakenDown, (status.takedown != nil) != isTakenDown { return false }
    if let isAppealed, status.reports.isAppealed != isAppealed { return false }
    if let comment, status.comment?.containsIgnoringCase(comment) != true { return false }
    if let priority = minimums.priority, status.priority < priority { return false }
    return scope.contains(status.subject) && times.contain(status)
      && mutes.contain(status.mutes, at: now) && queue?.contains(status.id) != false
  }

  package func matchesTags(_ status: SubjectStatus) -> Bool {
    tags.match(status.tags.map(\.name))
  }
}

extension StatusFilter.Mutes {
  func contain(_ mutes: SubjectStatus.Mutes, at now: Int) -> Bool {
    let isMuted = (mutes.subjectUntil ?? 0) > now
    switch self {
    case .excluded: return !isMuted
    case .included: return true
    case .only: return isMuted || (mutes.reporterUntil ?? 0) > now
    }
  }
}

package struct StatusOrder: Sendable {
  package enum Field: Sendable {
    case reported, reviewed, priority
  }

  package var field: Field
  package var isAscending: Bool
  package var limit: Int

  package init(_ field: Field = .reported, isAscending: Bool = false, limit: Int = 50) {
    self.field = field
    self.isAscending = isAscending
    self.limit = limit
  }

  package func position(of status: SubjectStatus) -> StatusPosition {
    let value =
      switch field {
      case .reported: status.reports.at ?? 0
      case .reviewed: status.review.at ?? 0
      case .priority: status.priority
      }
    return StatusPosition(value: value, id: status.id)
  }

  /// Whether `position` is behind `other` in this order.
  package func isBehind(_ position: StatusPosition, _ other: StatusPosition) -> Bool {
    let (left, right) = ((position.value, position.id), (other.value, other.id))
    return isAscending ? left > right : left < right
  }
}
