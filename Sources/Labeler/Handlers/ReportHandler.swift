import ATProtoData
import ATProtoSyntax
package import ComAtprotoAPI
package import XRPC
import XRPCServer

/// `com.atproto.moderation`: reports of accounts, which come through their PDSs.
package struct ReportHandler: ComAtproto.Moderation.Handler {
  private let authentication: ModeratorAuthentication
  private let reports: Reports

  package init(authentication: ModeratorAuthentication, reports: Reports) {
    self.authentication = authentication
    self.reports = reports
  }

  package func createReport(
    _ request: XRPCProcedureRequest<ComAtproto.Moderation.CreateReport>
  ) async throws -> ComAtproto.Moderation.CreateReport.Output {
    let reporter = try await authentication.reporter(request.context)
    let input = request.input
    let report = NewReport(
      subject: try Subject(input.subject),
      reasonType: try Self.checked(input.reasonType.rawValue),
      reason: input.reason,
      modTool: input.modTool.map { ModTool(name: $0.name, meta: $0.meta) }
    )
    let event = try await reports.create(report, by: reporter)
    return ComAtproto.Moderation.CreateReport.Output(
      id: event.id,
      reasonType: input.reasonType,
      reason: input.reason,
      subject: ComAtproto.Moderation.CreateReport.Output.Subject(event.subject),
      reportedBy: FormatString(reporter),
      createdAt: FormatString(at: event.createdAt)
    )
  }

  private static func checked(_ type: String) throws(XRPCServerError) -> String {
    guard (1...EventRules.maximumNameBytes).contains(type.utf8.count) else {
      throw .invalidRequest("reasonType must have from 1 to \(EventRules.maximumNameBytes) bytes")
    }
    return type
  }
}
