import ATProtoData
import ATProtoSyntax
import ArgumentParser
import Lexicon
import LexiconResolution

struct LexiconUpdateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "update",
    abstract: "Look up newer versions of installed schemas, and install them.",
    discussion: """
      Asks the DNS and the accounts anew, and compares each new version with the installed one by \
      the rules of lexgen diff. Writes nothing if a change is breaking, unless it is allowed. With \
      --json: {"changed", "added", "unused", "documents"}, and "error" and "message" after a \
      breaking change; each of "changed" is {"nsid", "from", "to", "verdict", "changes"}.
      """
  )

  @Argument(help: ArgumentHelp("Update only these schemas.", valueName: "nsid"))
  var names: [String] = []

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Leave these schemas as they are.", valueName: "nsid")
  )
  var keep: [String] = []

  @Flag(help: "Accept that a domain names another account than before.")
  var acceptMoved = false

  @Flag(help: "Install versions with breaking changes, too.")
  var allowBreaking = false

  @Flag(help: "Report what would change, and write nothing.")
  var dryRun = false

  @OptionGroup var options: LexiconInstallOptions

  func run() async throws {
    let names = try names.map(Self.nsid)
    let kept = try keep.map(Self.nsid)
    var installation = options.installation
    installation.acceptsMovedAuthority = acceptMoved
    let line = LexiconProgressLine(options.output)
    defer { line.finish() }
    let update = LexiconUpdate(
      of: options.folder.folder,
      from: try options.lookup.run(),
      options: installation,
      progress: line.report
    )
    let plan = try await update.plan(names, keeping: Set(kept))
    line.finish()
    for warning in plan.installation.warnings { options.output.warn(warning) }
    let failure = plan.isBreaking && !allowBreaking ? Self.breakingChange(plan) : nil
    // The report comes before anything is written.
    if !options.output.json { LexiconUpdateReport(plan).print() }
    if failure == nil, !dryRun { try plan.installation.apply() }
    if options.output.json { Console.json(LexiconUpdateReport(plan).object(with: failure)) }
    guard let failure else { return }
    if options.output.json { throw ExitCode(failure.exitCode) }
    throw failure
  }

  private static func nsid(_ text: String) throws -> NSID {
    let reference = try LexiconReference(text)
    guard reference.cid == nil, reference.did == nil else {
      throw LexiconError(.invalidNsid, "'\(text)' is not a valid NSID")
    }
    return reference.nsid
  }

  private static func breakingChange(_ plan: UpdatePlan) -> LexiconError {
    let broken = plan.changed.filter { $0.verdict == .breaking }.map(\.nsid)
    let names = broken.prefix(3).map(\.string).joined(separator: ", ")
    return LexiconError(
      .breakingChange,
      "breaking changes in \(names)\(broken.count > 3 ? " and \(broken.count - 3) more" : ""); "
        + "install them with --allow-breaking, or leave schemas as they are with --keep",
      nsid: broken.first
    )
  }
}
