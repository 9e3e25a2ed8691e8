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
