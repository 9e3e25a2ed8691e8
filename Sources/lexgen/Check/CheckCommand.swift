import ArgumentParser
import Lexicon
import LexiconProject

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Report errors in documents, and advice.",
    discussion: """
      Errors violate the language; such a document cannot be compiled. Warnings and notes are \
      advice from the Lexicon style guide and from experience. 'lexgen rules' lists and explains \
      them, and 'rules' in lexgen.yaml or --rule changes their severity.

        lexgen check Lexicons
        lexgen check Lexicons --strict --format github
        lexgen check Lexicons --rule closed-enum=error --severity warning
        lexgen check Lexicons --write-baseline --baseline lexicons.baseline.json
        lexgen check - --stdin-path Lexicons/com/example/note.json < note.json
        lexgen check --locked

      With --locked, the documents that 'atproto lexicon install' installed must be the versions in \
      the manifest lexicons.json.

      Exit status: 0 without errors; 1 with errors, or with warnings under --strict; 2 if the \
      configuration is invalid or the selection contains no documents. Findings are printed to \
      standard output, and the summary to standard error.
      """
  )

  @OptionGroup var input: InputOptions

  @Option(help: "Print findings in this format: text, json, sarif (2.1.0), or github.")
  var format: FindingsFormat = .text

  @Option(
    help: ArgumentHelp(
      "Hide findings of a lower severity: error, warning, or note.",
      discussion: "The exit status does not change.",
      valueName: "severity"
    ),
    transform: choice([Diagnostic.Severity.error, .warning, .note])
  )
  var severity = Diagnostic.Severity.note

  @Option(
    help: ArgumentHelp(
      "Set the severity of a rule: off, note, warning, or error; repeatable.",
      valueName: "id=severity"
    )
  )
  var rule: [String] = []

  @Flag(
    inversion: .prefixedNo,
    help: "Fail on warnings too, like 'strict: true' in lexgen.yaml."
  )
  var strict: Bool?

  @Flag(
    inversion: .prefixedNo,
    help: "Compare installed documents with their manifest, like 'locked: true' in lexgen.yaml."
  )
  var locked: Bool?

  @Option(
    help: ArgumentHelp(
      "Use this manifest with --locked. Default: lexicons.json beside lexgen.yaml.",
      discussion: "Documents are searched for below the inputs, and in the directory 'lexicons' "
        + "beside the manifest.",
      valueName: "file"
    ),
    completion: .file(extensions: ["json"])
  )
  var manifest: String?

  @Option(
    help: ArgumentHelp(
      "Do not report the known findings in this file. Default: 'baseline' in lexgen.yaml.",
      valueName: "file"
    )
  )
  var baseline: String?

  @Flag(help: "Report all findings, in spite of 'baseline' in lexgen.yaml.")
  var noBaseline = false

  @Flag(help: "Write the current findings to the baseline file.")
  var writeBaseline = false

  @Flag(help: "Fix findings that have a single safe correction, and report the rest.")
  var fix = false

  func validate() throws {
    guard baseline == nil || !noBaseline else {
      throw ValidationError("--baseline and --no-baseline cannot be combined.")
    }
  }

  func run() throws {
    let input = try completeInput()
    let rules = try rule.map(RuleSettings.Entry.parse)
    let settings = try ProjectConfiguration.load(
      input.configuration,
      lookingHere: input.roots.isEmpty
    ).checks
    let isLocked = locked ?? settings.isLocked
    guard isLocked || manifest == nil else {
      throw CommandFailure("--manifest requires --locked")
    }
    let path = noBaseline ? nil : baseline ?? settings.baseline
    guard path != nil || !writeBaseline else {
      throw CommandFailure("--write-baseline requires --baseline")
    }
    if fix {
      guard !input.inputs.contains(SourceFile.standardInputArgument) else {
        throw CommandFailure("cannot fix standard input; pass the file itself")
      }
      try FindingsFix(input, rules: rules).run()
    }
    let check = try ProjectCheck(input, rules: rules)
    let lock =
      isLocked
      ? LockReport(InstalledLexicons(check.configuration, input, manifest: manifest)) : nil
    let all = check.findings(isLocated: format != .text || path != nil)
    if writeBaseline, let path { try write(all, check, to: path) }
    var findings = try path.map { try unknown(among: all, check, $0) } ?? all
    let known = all.count - findings.count
    if let lock {
      findings = (findings + lock.findings).sorted {
        $0.diagnostic.location < $1.diagnostic.location
      }
    }
    var report = FindingsReport(
      command: "check",
      findings: findings,
      rules: DiagnosticRule.check,
      sources: check.sources.files.map(\.file) + (lock?.sources ?? []),
      knownCount: known
    )
    report.minimumSeverity = severity
    report.print(format)
    // If a run checks nothing, the path is probably wrong, which must fail in CI.
    if check.sources.ownFiles.count == check.passedOver {
      throw CommandFailure("no Lexicon document found", status: CommandFailure.findings)
    }
    let isStrict = strict ?? settings.isStrict
    let isTooStrict = isStrict && report.count(.error) == 0 && report.count(.warning) > 0
    let reason = strict == true ? "--strict" : "'strict: true' in lexgen.yaml"
    summarize(report, check, failure: isTooStrict ? reason : nil)
    if report.count(.error) > 0 || isTooStrict { throw Status.findings }
  }

  /// The input; with a manifest alone, the directory of documents beside it.
  private func completeInput() throws -> InputSelection {
    var input = input.selection
    guard let manifest, input.inputs.isEmpty, input.roots.isEmpty,
      try ProjectConfiguration.load(input.configuration).inputs.isEmpty
    else { return input }
    input.inputs = [InstalledLexicons.directory(beside: manifest)]
    return input
  }

  /// The findings that are not in a baseline.
  private func unknown(
    among findings: [Finding],
    _ check: ProjectCheck,
    _ path: String
  ) throws -> [Finding] {
    var baseline = try Baseline.load(path)
    let unknown = baseline.unknown(among: findings)
    let outdated = baseline.outdated(where: check.covers)
    if outdated > 0 {
      Terminal.progress(
        "\(path) lists \(Terminal.count(outdated, "outdated finding")); "
          + "update it with --write-baseline"
      )
    }
    return unknown
  }

  /// `checked 3 of 4 documents: 1 error, 4 warnings (2 in the baseline); 1 document has errors`
  private func summarize(_ report: FindingsReport, _ check: ProjectCheck, failure: String?) {
    let (valid, broken) = check.documentCounts
    let all = Terminal.count(valid + broken, "document")
    var text = broken == 0 ? "checked \(all)" : "checked \(valid) of \(all)"
    text += ": \(report.summary ?? "no problems")"
    if broken > 0 {
      text += "; \(Terminal.count(broken, "document")) \(broken == 1 ? "has" : "have") errors"
    }
    if let failure { text += "; failed because of \(failure)" }
    if report.hiddenCount > 0 { text += "; \(report.hiddenCount) hidden by --severity" }
    if check.passedOver > 0 {
      text += "; skipped \(Terminal.count(check.passedOver, "other file"))"
    }
    Terminal.progress(text)
    check.reportOthers()
  }

  /// Writes the findings, and keeps those of the file in documents that are not selected.
  private func write(_ findings: [Finding], _ check: ProjectCheck, to path: String) throws {
    var baseline = Baseline(findings)
    if !check.selection.isEmpty, FileSystem.entry(at: path) != nil {
      baseline.keep(try Baseline.load(path), unless: check.covers)
    }
    do throws(FileSystem.Failure) {
      try FileSystem.write(Array(baseline.text.utf8), to: path)
    } catch {
      throw CommandFailure(error)
    }
  }
}
