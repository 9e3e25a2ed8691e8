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

/// Bounds of times, in milliseconds since 1970, not included.
package struct StatusTimes: Sendable {
  package var reportedAfter: Int?
  package var reportedBefore: Int?
  package var reviewedAfter: Int?
  package var reviewedBefore: Int?

  package init() {}

  func contain(_ status: SubjectStatus) -> Bool {
    Self.isBetween(reportedAfter, status.reports.at, reportedBefore)
      && Self.isBetween(reviewedAfter, status.review.at, reviewedBefore)
  }

  private static func isBetween(_ after: Int?, _ time: Int?, _ before: Int?) -> Bool {
    if after == nil, before == nil { return true }
    guard let time else { return false }
    return time > after ?? .min && time < before ?? .max
  }
}

package struct StatusTags: Sendable {
  /// All tags of one of these groups must be present; empty for all statuses.
  package var anyGroup: [[String]] = []
  /// None of these may be present.
  package var excluded: [String] = []

  package init() {}

  var isEmpty: Bool { anyGroup.isEmpty && excluded.isEmpty }

  func match(_ names: [String]) -> Bool {
    if names.contains(where: excluded.contains) { return false }
    return anyGroup.isEmpty || anyGroup.contains { $0.allSatisfy(names.contains) }
  }
}

package struct StatusMinimums: Sendable {
  package var priority: Int?
  package var suspensions: Int?
  package var reportedRecords: Int?
  package var takenDownRecords: Int?

  package init() {}

  /// Whether the tally of the account is needed to decide.
  package var needTally: Bool {
    suspensions != nil || reportedRecords != nil || takenDownRecords != nil
  }

  package func match(_ tally: AccountTally) -> Bool {
    tally[.suspensions] >= suspensions ?? 0 && tally[.reportedRecords] >= reportedRecords ?? 0
      && tally[.takenDownRecords] >= takenDownRecords ?? 0
  }
}

/// A share of all statuses, the same for everyone who uses the same numbers.
package struct StatusQueue: Sendable {
  package var count: Int
  package var index: Int
  package var seed: String

  package init(count: Int, index: Int, seed: String) {
    self.count = count
    self.index = index
    self.seed = seed
  }

  /// FNV-1a, which is stable between processes.
  func contains(_ id: Int) -> Bool {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in "\(seed)\(id)".utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return Int(hash % UInt64(max(1, count))) == index
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
