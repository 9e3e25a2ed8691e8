import ATProtoData
import ATProtoSyntax
import ArgumentParser
import LexiconResolution

struct LexiconInstallCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "install",
    abstract: "Download the schemas of lexicons.json, and add new ones.",
    discussion: """
      Adds the named schemas to lexicons.json, and installs all that it lists, with the schemas that \
      they refer to. A schema that is listed already is installed at the CID in lexicons.json; use \
      atproto lexicon update to get newer versions. Writes nothing if anything fails. With --json: \
      {"documents", "written", "manifest"}.
      """
  )

  @Argument(
    help: ArgumentHelp(
      "An NSID, NSID@CID, AT-URI, or com.example.* for all schemas of a group.",
      valueName: "nsid"
    )
  )
  var names: [String] = []

  @Flag(help: "Install files only, without changing lexicons.json.")
  var noSave = false

  @Flag(help: "Fail if lexicons.json is out of date, and never change it.")
  var ci = false

  @OptionGroup var options: LexiconInstallOptions

  func validate() throws {
    guard !ci || names.isEmpty else { throw ValidationError("--ci takes no names") }
  }

  func run() async throws {
    let requests = try names.map { try LexiconRequest($0) }
    let line = LexiconProgressLine(options.output)
    defer { line.finish() }
    let installation = LexiconInstallation(
      into: options.folder.folder,
      from: try options.lookup.run(),
      options: options.installation,
      progress: line.report
    )
    let plan =
      ci
      ? try await installation.planLocked()
      : try await installation.plan(adding: requests, savesManifest: !noSave)
    line.finish()
    for warning in plan.warnings { options.output.warn(warning) }
    try plan.apply()
    let isSaved = plan.changesManifest && !noSave && !ci
    options.output.print(
      [
        "documents": .integer(plan.documents.count),
        "written": .array(plan.written.map { .string($0.string) }),
        "manifest": isSaved ? "written" : "unchanged",
      ],
      orText: Self.summary(plan)
    )
  }

  private static func summary(_ plan: InstallationPlan) -> String {
    let count = plan.documents.count
    let documents = count == 1 ? "1 schema" : "\(count) schemas"
    return plan.written.isEmpty
      ? "\(documents) installed already"
      : "\(documents) installed, \(plan.written.count) written"
  }
}
