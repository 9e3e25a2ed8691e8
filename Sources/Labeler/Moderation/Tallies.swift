/// Counts of an account and of its records, which help to decide about the next report.
package struct AccountTally: Hashable, Sendable {
  /// What is counted. The order is that of the stored numbers; new ones are added at the end.
  package enum Count: Int, CaseIterable, Sendable {
    /// Events about the account itself.
    case reports, appeals, suspensions, escalations, takedowns
    /// All reports of its records.
    case recordReports
    /// Records that were ever reported, escalated, or appealed.
    case reportedRecords, escalatedRecords, appealedRecords
    /// Records with a status, with an open review, with a closed review, and those taken down.
    case records, pendingRecords, processedRecords, takenDownRecords
  }

  private var counts = [Int](repeating: 0, count: Count.allCases.count)

  package init() {}

  package subscript(count: Count) -> Int {
    get { counts[count.rawValue] }
    set { counts[count.rawValue] = max(0, newValue) }
  }

  package var isEmpty: Bool { counts.allSatisfy { $0 == 0 } }
}

enum Tallies {
  /// Counts an event.
  ///
  /// - Parameters:
  ///   - before: the status of the subject before the event.
  ///   - after: the status after it; nil for an event that does not change it.
  static func count(
    _ event: ModerationEvent,
    from before: SubjectStatus?,
    to after: SubjectStatus?,
    in tally: inout AccountTally
  ) {
    guard let after else { return }
    if event.subject.isAccount {
      if let count = accountCount(event.action) { tally[count] += 1 }
    } else {
      countRecord(event, from: before, to: after, in: &tally)
    }
  }

  private static func accountCount(_ action: ModerationAction) -> AccountTally.Count? {
    switch action {
    case .report(let type, _): ReportReason.isAppeal(type) ? .appeals : .reports
    case .escalate: .escalations
    case .takedown(let takedown): takedown.hours == nil ? .takedowns : .suspensions
    default: nil
    }
  }

  private static func countRecord(
    _ event: ModerationEvent,
    from before: SubjectStatus?,
    to after: SubjectStatus,
    in tally: inout AccountTally
  ) {
    func change(_ count: AccountTally.Count, _ value: (SubjectStatus) -> Bool) {
      tally[count] += (value(after) ? 1 : 0) - (before.map(value) == true ? 1 : 0)
    }
    if case .report = event.action { tally[.recordReports] += 1 }
    change(.records) { _ in true }
    change(.reportedRecords) { $0.reports.at != nil }
    change(.appealedRecords) { $0.reports.appealedAt != nil }
    change(.pendingRecords) { $0.review.state.isPending }
    change(.processedRecords) { $0.review.state == .closed }
    change(.takenDownRecords) { $0.takedown != nil }
    if after.review.state == .escalated, before?.review.state != .escalated {
      tally[.escalatedRecords] += 1
    }
  }
}
