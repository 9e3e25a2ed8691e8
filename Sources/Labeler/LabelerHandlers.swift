import ATProtoIdentity
import ComAtprotoAPI
import ToolsOzoneAPI
import XRPC
import XRPCServer

/// The handlers of the labeler's methods.
struct LabelerHandlers: Sendable {
  let label: LabelHandler
  let report: ReportHandler
  let moderation: ModerationHandler
  let team: TeamHandler
  let server: ServerHandler

  init(_ domain: LabelerDomain, _ directory: any IdentityDirectory) {
    label = LabelHandler(domain.labels, log: domain.log)
    report = ReportHandler(authentication: domain.authentication, reports: domain.reports)
    moderation = ModerationHandler(
      authentication: domain.authentication,
      desk: domain.desk,
      views: SubjectViews(
        desk: domain.desk,
        records: domain.records,
        directory: directory
      )
    )
    team = TeamHandler(authentication: domain.authentication, team: domain.team)
    server = ServerHandler(
      authentication: domain.authentication,
      targets: domain.pusher.targets
    )
  }

  var routes: [XRPCRoute] {
    label.routes
      + ComAtproto.Moderation.routes(report)
      + ToolsOzone.Moderation.routes(moderation)
      + ToolsOzone.Team.routes(team)
      + ToolsOzone.Server.routes(server)
  }
}
