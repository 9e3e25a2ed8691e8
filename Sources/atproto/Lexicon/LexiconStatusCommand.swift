import ATProtoData
import ATProtoSyntax
import ArgumentParser
import LexiconResolution

struct LexiconStatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Show how schemas in files differ from the published ones.",
    discussion: """
      Shows a row for each schema in the given files and directories, by default those below \
      --lexicons, and for each one that is published in the same groups. The states are same, \
      changed, local-only, and published-only; those of the domain are ok, missing, ambiguous, \
      malformed, reserved, and error. If a domain leads nowhere, your own repository is compared. \
      With --json: an array of {"nsid", "state", "dns", "local", "published", "did", "installed"}.
      """
  )

  @Argument(help: ArgumentHelp("Compare these files or directories.", valueName: "path"))
  var paths: [String] = []

  @Flag(help: "Exit with 1 unless all schemas are published as they are, and all domains are ok.")
  var check = false

  @OptionGroup var author: LexiconAuthorOptions

  func run() async throws {
    let status = try await LexiconStatus.read(
      try author.documents(paths, includesInstalled: true),
      installed: try author.installed(),
      account: try await author.account(),
      try author.run()
    )
    if author.output.json {
      Console.json(.array(status.rows.map(Self.value)))
    } else {
      var table = TextTable()
      for row in status.rows {
        table.append(
          .text(row.state.rawValue),
          .text("dns \(row.domain.state.rawValue)"),
          .text(row.isInstalled ? "installed" : "-"),
          .text(row.nsid.string)
        )
      }
      table.print()
    }
    if check, !status.isComplete { throw ExitCode.failure }
  }

  private static func value(_ row: LexiconStatus.Row) -> DataValue {
    [
      "nsid": .string(row.nsid.string), "state": .string(row.state.rawValue),
      "dns": .string(row.domain.state.rawValue),
      "local": row.local.map { .string($0.string) } ?? .null,
      "published": row.published.map { .string($0.string) } ?? .null,
      "did": row.did.map { .string($0.string) } ?? .null,
      "installed": .boolean(row.isInstalled),
    ]
  }
}
