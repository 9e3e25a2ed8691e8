import ATProtoData
import ATProtoLabels
import ATProtoSyntax
import ArgumentParser
import ComAtprotoAPI
import ToolsOzoneAPI
import XRPC
import XRPCClient

struct LabelAddCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "add",
    abstract: "Label an account or a record.",
    discussion: LabelChange.discussion
  )

  @OptionGroup var change: LabelChange

  @Option(
    help: ArgumentHelp("Let the labels expire after this many hours.", valueName: "number")
  )
  var hours: Int?

  func validate() throws {
    if let hours, hours < 1 { throw ValidationError("--hours must be at least 1") }
  }

  func run() async throws {
    for value in change.values { try warn(about: value) }
    try await change.emit(
      ToolsOzone.Moderation.Defs.ModEventLabel(
        comment: change.comment,
        createLabelVals: change.values,
        negateLabelVals: [],
        durationInHours: hours
      )
    )
  }

  /// Labelers refuse values that are not valid. Others may not be displayed by every app.
  private func warn(about value: String) throws {
    switch LabelValue.check(value) {
    case .valid: break
    case .discouraged(let reason): change.options.output.warn("'\(value)': \(reason)")
    case .invalid(let reason): throw ValidationError("'\(value)' is not a valid label: \(reason)")
    }
  }
}

struct LabelNegateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "negate",
    abstract: "Negate labels on an account or a record.",
    discussion: LabelChange.discussion
  )

  @OptionGroup var change: LabelChange

  func run() async throws {
    try await change.emit(
      ToolsOzone.Moderation.Defs.ModEventLabel(
        comment: change.comment,
        createLabelVals: [],
        negateLabelVals: change.values
      )
    )
  }
}

/// What the commands that change labels have in common.
struct LabelChange: ParsableArguments {
  static let discussion = """
    The CID of a record is looked up: a label is about the version that the record has now. With \
    --json: {"event", "subject", "cid", "values"}; without "cid" for an account.
    """

  @Argument(
    help: ArgumentHelp("A handle, a DID, or at://<repo>/<collection>/<record-key>."),
    transform: { try ModerationSubject($0) }
  )
  var subject: ModerationSubject

  @Argument(
    help: ArgumentHelp("The values of the labels, such as spam or !hide.", valueName: "value")
  )
  var values: [String]

  @Option(help: ArgumentHelp("A note for the audit trail.", valueName: "text"))
  var comment: String?

  @OptionGroup var options: LabelerOptions

  func emit(_ label: ToolsOzone.Moderation.Defs.ModEventLabel) async throws {
    let subject = try await subject.resolved(options.client)
    let event = try await options.moderating { client, moderator in
      try await client.toolsOzone.moderation.emitEvent(
        ToolsOzone.Moderation.EmitEvent.Input(
          event: .modEventLabel(label),
          subject: subject.eventSubject,
          createdBy: moderator,
          modTool: ToolsOzone.Moderation.Defs.ModTool(name: "atproto/label")
        )
      )
    }
    var object: DataObject = [
      "event": .integer(event.id), "subject": .string(subject.uri),
      "values": .array(values.map { .string($0) }),
    ]
    object["cid"] = subject.cid.map { .string($0.string) }
    let verb = label.createLabelVals.isEmpty ? "negated" : "labeled"
    options.output.print(
      .object(object),
      orText: "\(verb)  \(subject.uri)  \(values.joined(separator: " "))"
    )
  }
}
