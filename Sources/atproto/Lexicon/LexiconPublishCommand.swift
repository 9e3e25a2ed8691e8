import ATProtoSyntax
import ArgumentParser
import LexiconResolution

struct LexiconPublishCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "publish",
    abstract: "Write schemas to your repository, in one commit.",
    discussion: """
      Publishes all schemas in the given files and directories; by default, those below --lexicons \
      that lexicons.json does not list. Publishes nothing if a file is not valid, if a schema differs \
      from the published one and --update is missing, if a change breaks readers or writers, or if \
      the domain of a schema does not lead to your account. With --json: {"did", "dryRun", \
      "documents"}; each document is {"nsid", "state", "uri", "cid", "published", "dns", "record", \
      "verdict", "changes"}, and the state same, create, changed, update, breaking, or refused; \
      "record" is the line of a zone file that a refused schema needs, or null. If nothing is \
      published, also "error" and "message"; if only a part of several commits, "done" and "remaining".
      """
  )

  @Argument(help: ArgumentHelp("Publish these files or directories.", valueName: "path"))
  var paths: [String] = []

  @Flag(help: "Replace published schemas that differ.")
  var update = false

  @Flag(help: "Show what would be published.")
  var dryRun = false

  @Flag(name: .customLong("skip-dns-check"), help: "Publish even if a domain leads elsewhere.")
  var skipsDNSCheck = false

  @Flag(help: "Replace published schemas even if that breaks readers or writers.")
  var allowBreaking = false

  @Flag(help: "Refuse schemas with warnings of lexgen check.")
  var strict = false

  @OptionGroup var author: LexiconAuthorOptions

  func run() async throws {
    let documents = try author.documents(paths, check: strict ? .advice : .language)
    let (client, did) = try await author.client.author()
    let line = LexiconProgressLine(author.output)
    defer { line.finish() }
    let plan = try await LexiconPublication.plan(
      documents,
      as: did,
      at: try await PublishedLexicons.Head.latest(of: did, through: client),
      checksDomains: !skipsDNSCheck,
      options: LexiconPublication.Options(
        allowsUpdates: update,
        allowsBreakingChanges: allowBreaking
      ),
      try author.run(),
      progress: line.report
    )
    line.finish()
    let report = LexiconPublicationReport(plan: plan, isDryRun: dryRun)
    if let failure = plan.failure { throw report.printed(failure, author.output) }
    if !dryRun {
      do throws(PublicationFailure) {
        try await plan.apply(through: client)
      } catch {
        throw report.printed(error, author.output)
      }
    }
    report.print(author.output)
  }
}
