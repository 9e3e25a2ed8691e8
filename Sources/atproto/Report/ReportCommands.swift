import ATProtoData
import ATProtoSyntax
import ArgumentParser
import ComAtprotoAPI
import ToolsOzoneAPI
import XRPC
import XRPCClient

struct ReportCreateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "create",
    abstract: "Report an account or a record to a labeler.",
    discussion: """
      The account's server forwards the report to the labeler, or without --labeler to its own \
      moderation service. With --json: {"id", "reasonType", "subject", "reportedBy", "createdAt"}.
      """
  )

  @Argument(
    help: ArgumentHelp("A handle, a DID, or at://<repo>/<collection>/<record-key>."),
    transform: { try ModerationSubject($0) }
  )
  var subject: ModerationSubject

  @Option(
    help: ArgumentHelp(
      """
      The reason: spam, violation, misleading, sexual, rude, other, appeal, or the full name of \
      another one.
      """,
      valueName: "type"
    ),
    transform: ReportReasonName.type
  )
  var reason: String

  @Option(help: ArgumentHelp("What moderators should know.", valueName: "text"))
  var text: String?

  @Option(
    help: ArgumentHelp("The labeler that receives the report.", valueName: "did"),
    transform: { text in
      guard let did = try? DID(text) else { throw ValidationError("'\(text)' is not a valid DID") }
      return did
    }
  )
  var labeler: DID?

  @OptionGroup var options: ClientOptions

  func run() async throws {
    let subject = try await subject.resolved(options)
    var client = try await options.loggedIn()
    if let labeler { client = client.proxied(to: labeler, service: "atproto_labeler") }
    let report = try await client.comAtproto.moderation.createReport(
      ComAtproto.Moderation.CreateReport.Input(
        reasonType: ComAtproto.Moderation.Defs.ReasonType(reason),
        reason: text,
        subject: subject.reportSubject,
        modTool: ComAtproto.Moderation.CreateReport.ModTool(name: "atproto/report")
      )
    )
    options.output.print(
      [
        "id": .integer(report.id), "reasonType": .string(report.reasonType.rawValue),
        "subject": .string(subject.uri), "reportedBy": .string(report.reportedBy.string),
        "createdAt": .string(report.createdAt.string),
      ],
      orText: "reported  \(subject.uri)  \(report.id)"
    )
  }
}

/// Short names for the reasons in `com.atproto.moderation.defs`.
enum ReportReasonName {
  private static let prefix = "com.atproto.moderation.defs#reason"
  private static let names = [
    "spam", "violation", "misleading", "sexual", "rude", "other", "appeal",
  ]

  static func type(_ text: String) throws -> String {
    if text.contains("#") { return text }
    guard names.contains(text.lowercased()) else {
      throw ValidationError(
        "'\(text)' is not a reason; use \(names.joined(separator: ", ")), or a full name with '#'"
      )
    }
    return prefix + text.prefix(1).uppercased() + text.dropFirst().lowercased()
  }
}

struct ReportListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the subjects that were reported to a labeler, the newest report first.",
    discussion: """
      Requires the admin password, or an account that is a member of the team. With --json, one \
      line per subject, with the fields of tools.ozone.moderation.defs#subjectStatusView.
      """,
    aliases: ["ls"]
  )

  @Flag(help: "List only subjects that wait for review.")
  var open = false

  @OptionGroup var options: LabelerOptions

  func run() async throws {
    try await options.moderating { client, _ in
      let pages = client.pages(
        ToolsOzone.Moderation.QueryStatuses.self,
        ToolsOzone.Moderation.QueryStatuses.Parameters(
          reviewState: open ? Self.openState : nil,
          limit: 100
        ),
        from: \.cursor,
        to: \.cursor
      )
      for try await status in pages.items(\.subjectStatuses) {
        options.output.print(status.dataValue, orText: Self.line(status))
      }
    }
  }

  private static let openState = ToolsOzone.Moderation.QueryStatuses.Parameters.ReviewState(
    "tools.ozone.moderation.defs#reviewOpen"
  )

  private static func line(_ status: ToolsOzone.Moderation.Defs.SubjectStatusView) -> String {
    let state = status.reviewState.rawValue.split(separator: "#review").last ?? "?"
    let subject = status.subject.dataValue
    var columns = [
      (status.lastReportedAt ?? status.updatedAt).string, state.lowercased(),
      subject["uri"]?.string ?? subject["did"]?.string ?? "?",
    ]
    if status.takendown == true { columns.append("taken down") }
    if status.appealed == true { columns.append("appealed") }
    return columns.joined(separator: "  ")
  }
}
