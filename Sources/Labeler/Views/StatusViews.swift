import ATProtoData
import ATProtoSyntax
import ToolsOzoneAPI

extension ToolsOzone.Moderation.Defs.SubjectStatusView {
  /// - Parameters:
  ///   - tally: that of the account.
  ///   - handle: nil to leave it out.
  init(_ status: SubjectStatus, tally: AccountTally?, handle: String? = nil) {
    self.init(
      id: status.id,
      subject: Subject(status.subject),
      subjectBlobCids: status.subject.blobs.map { FormatString($0) },
      subjectRepoHandle: handle,
      updatedAt: FormatString(at: status.updatedAt),
      createdAt: FormatString(at: status.createdAt),
      reviewState: status.review.state.token,
      comment: status.comment,
      priorityScore: status.priority,
      muteUntil: Self.time(status.mutes.subjectUntil),
      muteReportingUntil: Self.time(status.mutes.reporterUntil),
      lastReviewedBy: status.review.by.map { FormatString($0) },
      lastReviewedAt: Self.time(status.review.at),
      lastReportedAt: Self.time(status.reports.at),
      lastAppealedAt: Self.time(status.reports.appealedAt),
      takendown: status.takedown != nil,
      appealed: status.reports.appealedAt == nil ? nil : status.reports.isAppealed,
      suspendUntil: Self.time(status.takedown?.until),
      tags: status.tags.map(\.name),
      accountStats: tally.map { ToolsOzone.Moderation.Defs.AccountStats($0) },
      recordsStats: tally.map { ToolsOzone.Moderation.Defs.RecordsStats($0) }
    )
  }

  private static func time(_ milliseconds: Int?) -> FormatString<Datetime>? {
    milliseconds.map { FormatString(at: $0) }
  }
}

extension SubjectStatus.ReviewState {
  var token: ToolsOzone.Moderation.Defs.SubjectReviewState {
    switch self {
    case .none: .reviewNone
    case .open: .reviewOpen
    case .escalated: .reviewEscalated
    case .closed: .reviewClosed
    }
  }

  /// - Parameter token: a token of the schema `tools.ozone.moderation.defs`.
  init?(token: String) {
    guard let state = Self.allCases.first(where: { $0.token.rawValue == token }) else {
      return nil
    }
    self = state
  }
}

extension ToolsOzone.Moderation.Defs.AccountStats {
  init(_ tally: AccountTally) {
    self.init(
      reportCount: tally[.reports],
      appealCount: tally[.appeals],
      suspendCount: tally[.suspensions],
      escalateCount: tally[.escalations],
      takedownCount: tally[.takedowns]
    )
  }
}

extension ToolsOzone.Moderation.Defs.RecordsStats {
  init(_ tally: AccountTally) {
    self.init(
      totalReports: tally[.recordReports],
      reportedCount: tally[.reportedRecords],
      escalatedCount: tally[.escalatedRecords],
      appealedCount: tally[.appealedRecords],
      subjectCount: tally[.records],
      pendingCount: tally[.pendingRecords],
      processedCount: tally[.processedRecords],
      takendownCount: tally[.takenDownRecords]
    )
  }
}
