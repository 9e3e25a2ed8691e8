package import ATProtoSyntax
import HTTPTypes
package import XRPC
package import XRPCServer

/// Receives reports.
package struct Reports: Sendable {
  private let desk: ModerationDesk
  private let declaration: DeclarationSource
  private let records: SubjectRecords?
  /// Nil without rate limits.
  private let limiter: RateLimiter?

  /// How many reports one account may make.
  package static let limits = [RateLimit(500, perSeconds: 3_600), RateLimit.perDay(5_000)]

  /// - Parameters:
  ///   - records: keeps copies of reported records.
  ///   - limiter: with ``limits``; nil without rate limits.
  package init(
    desk: ModerationDesk,
    declaration: DeclarationSource,
    records: SubjectRecords? = nil,
    limiter: RateLimiter? = RateLimiter(Self.limits)
  ) {
    self.desk = desk
    self.declaration = declaration
    self.records = records
    self.limiter = limiter
  }

  /// Stores a report. When this returns, it is durable.
  ///
  /// Throws `Forbidden` for an appeal about another account's content, `ReportsNotAccepted` or
  /// `InvalidRequest` if the declaration does not accept the report, `AlreadyAppealed`,
  /// `AccountTakedown` if the reporter is taken down, and `RateLimitExceeded`.
  package func create(
    _ report: NewReport,
    by reporter: DID
  ) async throws -> ModerationEvent {
    do {
      let event = try await stored(report, by: reporter)
      desk.metrics.moderation.reported(.accepted)
      return event
    } catch let error as XRPCServerError {
      desk.metrics.moderation.reported(error.status == .tooManyRequests ? .limited : .refused)
      throw error
    }
  }

  private func stored(_ report: NewReport, by reporter: DID) async throws -> ModerationEvent {
    if let tool = report.modTool { try EventRules.check(tool) }
    if report.isAppeal, report.subject.did != reporter {
      throw XRPCServerError.forbidden("only the account itself can appeal")
    }
    try await ReportPolicy(declaration.declaration()).check(report)
    _ = try await desk.store.read { transaction throws in
      try Self.check(report, by: reporter, at: 0, in: transaction)
    }
    if let limiter {
      let status = limiter.consume(by: reporter)
      if status.isExceeded { throw status.error }
    }
    let entry = EventEntry(desk: desk, moderator: reporter, now: desk.now())
    let recorded = try await desk.store.write { transaction throws in
      // Two appeals may have arrived at the same time.
      let isMuted = try Self.check(report, by: reporter, at: entry.now, in: transaction)
      return try entry.record(report.event(isReporterMuted: isMuted), in: transaction)
    }
    desk.note(recorded)
    if let uri = report.subject.record {
      records?.keep(uri, cid: report.subject.cid)
    }
    return recorded.event
  }

  /// Whether the reporter is muted. Throws if it may not report.
  private static func check(
    _ report: NewReport,
    by reporter: DID,
    at now: Int,
    in transaction: any LabelerTransaction
  ) throws -> Bool {
    if report.isAppeal {
      let status = try transaction.statuses.status(report.subject.key)
      guard status?.reports.isAppealed != true else {
        throw XRPCServerError(
          status: .forbidden,
          name: "AlreadyAppealed",
          message: "an appeal about this subject is waiting for an answer"
        )
      }
    }
    let account = try transaction.statuses.status(SubjectKey(did: reporter.string))
    guard report.isAppeal || account?.takedown == nil else {
      throw XRPCServerError(
        status: .forbidden,
        name: "AccountTakedown",
        message: "the account is taken down; it can only appeal"
      )
    }
    return (account?.mutes.reporterUntil ?? 0) > now
  }
}

extension NewReport {
  fileprivate func event(isReporterMuted: Bool) -> NewEvent {
    NewEvent(
      subject: subject,
      // A muted account can still appeal decisions about its own content.
      action: .report(type: reasonType, isReporterMuted: isReporterMuted && !isAppeal),
      comment: reason?.isEmpty == true ? nil : reason,
      modTool: modTool
    )
  }
}
