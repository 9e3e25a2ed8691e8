import ArgumentParser
import Lexicon
import LexiconCompiler
import LexiconProject

struct DiffCommand: ParsableCommand {
  /// The lowest severity for which the exit status is 1.
  enum Threshold: String, CaseIterable, ExpressibleByArgument {
    case breaking
    case compatible
  }

  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Compare two versions of lexicons and classify the changes.",
    discussion: """
      Each version is a directory, a file, or git:REV[:path], with the path relative to the current \
      directory.

        lexgen diff git:origin/main:Lexicons Lexicons
        lexgen diff git:v1.0:Lexicons git:v1.1:Lexicons --format sarif
        lexgen diff old.json new.json --swift
        lexgen diff git:v1:Lexicons Lexicons --accept lexicons.accepted.yaml

      Anyone may read and write a record: data written before must stay valid, and new data must \
      not break readers that know the old schema. Requests may be relaxed, and responses tightened.

      A file of accepted changes has a list 'accepted', whose entries have 'rule', 'nsid', 'reason', \
      and optionally 'path'. Accepted changes are notes.

      Exit status: 0 for compatible changes or none; 1 for a breaking change; 2 if a version \
      cannot be read, or if the new one has errors; 3 if the comparison is incomplete, because the \
      old version has no documents, or has errors, or no document is in both. --allow turns 3 \
      into 0.
      """
  )

  @Argument(help: "Compare from this version: a directory, a file, or git:REV[:path].")
  var old: String

  @Argument(help: "Compare to this version: a directory, a file, or git:REV[:path].")
  var new: String

  @Option(help: "Print changes in this format.")
  var format = FindingsFormat.text

  @Option(help: "Set the lowest severity that causes a failure.")
  var failOn = Threshold.breaking

  @Flag(help: "Also report what the changes mean for code that uses the generated Swift.")
  var swift = false

  @Option(
    help: ArgumentHelp(
      "Accept an incomplete comparison: missing, old-errors, or nothing; repeatable.",
      discussion: "missing: the old version has no documents. old-errors: documents whose old "
        + "version has errors are not compared. nothing: no document is in both versions.",
      valueName: "gap"
    )
  )
  var allow: [ComparisonGap] = []

  @OptionGroup var options: DiffOptions

  func run() throws {
    let configuration = try ProjectConfiguration.load(options.configuration)
    let accept = options.accept ?? configuration.diff.accept
    if options.writeAccept, accept == nil {
      throw CommandFailure("--write-accept requires --accept")
    }
    let isNew = options.writeAccept && accept.map { FileSystem.entry(at: $0) == nil } ?? true
    let acceptances = try isNew ? nil : accept.map(Acceptances.init)
    let features = configuration.features.union(options.language.features)
    var before = try DiffVersion(old, as: .old, references: options.refs, features: features)
    var after = try DiffVersion(new, as: .new, references: options.refs, features: features)
    let selection = configuration.selection(
      InputSelection(include: options.include, exclude: options.exclude)
    )
    let readErrors = before.readErrors + after.readErrors
    if !selection.isEmpty {
      // A pattern may match only a document that was not read.
      guard readErrors.isEmpty else { throw CommandFailure("", diagnostics: readErrors) }
      let roots = try selection.roots(among: before.nsids + after.nsids)
      let nsids = before.reached(from: roots).union(after.reached(from: roots))
      before.select(nsids)
      after.select(nsids)
    }
    let errors = readErrors + before.errors + after.errors
    guard errors.isEmpty else { throw CommandFailure("", diagnostics: errors) }
    let changes = after.catalog.changes(since: before.catalog)
      .filter { !before.passesOver($0) && before.selects($0.nsid) }
    let verdict = EvolutionVerdict(changes.filter { acceptances?.reason(for: $0) == nil })
    let allowed = Set(allow + configuration.diff.allow.compactMap(ComparisonGap.init))
    let gap = before.coverage(of: after).gap(allowing: allowed)

    var report = FindingsReport(command: "diff", findings: before.skipped.map { Finding($0) })
    report.findings += changes.map { Finding($0, accepted: acceptances?.reason(for: $0)) }
    let omitted = Set(before.nsids + after.nsids).filter { !before.selects($0) }
    report.findings += (acceptances?.unused(among: changes, omitting: omitted) ?? [])
      .map { Finding($0) }
    report.rules =
      [FindingsReport.oldErrors, FindingsReport.unusedAcceptance]
      + EvolutionRule.all.map { DiagnosticRule($0) }
    report.properties["verdict"] = verdict.rawValue
    report.isComplete = gap == nil
    report.sources = before.sources + after.sources + [acceptances?.source].compactMap(\.self)
    report.minimumSeverity = options.severity
    if swift {
      let comparison = SwiftAPIComparison(old: try before.modules(), new: try after.modules())
      report.add(comparison.changes, before, after)
    }
    report.print(format)
    if options.writeAccept, let accept { try write(changes, acceptances, to: accept) }
    let isAccepted = verdict == .none && !changes.isEmpty
    summarize(report, isAccepted ? "only accepted changes" : verdict.sentence, gap?.text)
    try exit(verdict, report, isComplete: gap == nil)
  }

  /// Adds the breaking changes that are not accepted yet to the file of accepted changes.
  private func write(
    _ changes: [SchemaChange],
    _ acceptances: Acceptances?,
    to path: String
  ) throws(CommandFailure) {
    let added = changes.filter { change in
      change.classification == .breaking && acceptances?.reason(for: change) == nil
    }
    guard !added.isEmpty else { return }
    let text = Acceptances.text(
      acceptances?.entries ?? [],
      adding: added,
      as: Acceptances.format(of: path)
    )
    do throws(FileSystem.Failure) {
      try FileSystem.write(Array(text.utf8), to: path)
    } catch {
      throw CommandFailure(error)
    }
    Terminal.progress(
      "\(path): added \(Terminal.count(added.count, "change")); write their reasons"
    )
  }

  private func summarize(_ report: FindingsReport, _ verdict: String, _ gap: String?) {
    if format == .text {
      let counts = report.classSummary.map { ": \($0)" } ?? ""
      let hidden = report.hiddenCount
      Terminal.progress(
        "\(verdict)\(counts)" + (hidden > 0 ? "; \(hidden) hidden by --severity" : "")
      )
    }
    if let gap { Terminal.progress("comparison incomplete: \(gap)") }
  }

  private func exit(
    _ verdict: EvolutionVerdict,
    _ report: FindingsReport,
    isComplete: Bool
  ) throws {
    switch (verdict, failOn) {
    case (.breaking, _), (.compatible, .compatible): throw Status.findings
    case (.none, _), (.compatible, .breaking): break
    }
    if options.strict, report.count(.warning) > 0 { throw Status.findings }
    if !isComplete { throw Status.incomplete }
  }
}

/// The options of `lexgen diff` that it shares with `lexgen check`, and the file of accepted changes.
struct DiffOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Accept the changes in this file. Default: 'accept' under 'diff' in lexgen.yaml.",
      valueName: "file"
    ),
    completion: .file(extensions: ["yaml", "yml", "json"])
  )
  var accept: String?

  @Flag(help: "Add breaking changes to the acceptance file, for which you then write the reasons.")
  var writeAccept = false

  @Option(
    help: ArgumentHelp(
      "Compare only this NSID, or all NSIDs below a prefix (app.bsky.feed.*), and everything they "
        + "refer to.",
      valueName: "nsid"
    )
  )
  var include: [String] = []

  @Option(
    help: ArgumentHelp(
      "Leave out this NSID, or all NSIDs below a prefix, unless a selected document refers to it.",
      valueName: "nsid"
    )
  )
  var exclude: [String] = []

  @Option(
    help: ArgumentHelp(
      "Resolve references with the documents in this directory or file for --swift; repeatable.",
      valueName: "path"
    ),
    completion: .directory
  )
  var refs: [String] = []

  @Option(
    name: [.short, .customLong("config")],
    help: ArgumentHelp(
      "Use this configuration file. Default: lexgen.yaml in the current directory, if it exists.",
      valueName: "file"
    ),
    completion: .file(extensions: ["yaml", "yml"])
  )
  var configuration: String?

  @OptionGroup var language: FeatureOptions

  @Flag(
    help: "Fail on notes about changes, too, and on entries of the acceptance file without a use."
  )
  var strict = false

  @Option(
    help: ArgumentHelp(
      "Hide findings of a lower severity: error, warning, or note.",
      discussion: "The exit status does not change.",
      valueName: "severity"
    ),
    transform: choice([Diagnostic.Severity.error, .warning, .note])
  )
  var severity = Diagnostic.Severity.note
}
