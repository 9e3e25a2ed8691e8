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
      them, and 'rules' in lexgen.yaml changes their severity.

        lexgen check Lexicons
        lexgen check Lexicons --strict --format github
        lexgen check Lexicons --write-baseline --baseline lexicons.baseline.json
        lexgen check --locked

      With --locked, the documents that 'atproto lexicon install' installed must be the versions in \
      the manifest lexicons.json.

      Exit status: 0 without errors; 1 with errors, or with warnings under --strict; 2 if the \
      configuration is invalid. Text is printed to standard error, the other formats to standard \
      output.
      """
  )

  @OptionGroup var input: InputOptions

  @Option(help: "Print findings in this format: text, json, sarif (2.1.0), or github.")
  var format: FindingsFormat = .text

  @Flag(help: "Fail on warnings too, like 'strict: true' in lexgen.yaml.")
  var strict = false

  @Flag(
    help: "Compare installed documents with their manifest, like 'locked: true' in lexgen.yaml."
  )
  var locked = false

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

  @Flag(help: "Write the current findings to the baseline file.")
  var writeBaseline = false

  @Flag(help: "Fix findings that have a single safe correction, and report the rest.")
  var fix = false

  func run() throws {
    let input = try completeInput()
    if fix { try FindingsFix(input).run() }
    let check = try ProjectCheck(input)
    let configuration = check.configuration
    let isLocked = locked || configuration.checks.isLocked
    guard isLocked || manifest == nil else {
      throw CommandFailure("--manifest requires --locked")
    }
    let lock =
      isLocked ? LockReport(InstalledLexicons(configuration, input, manifest: manifest)) : nil
    let path = baseline ?? configuration.checks.baseline
    let all = check.findings(isLocated: format != .text || writeBaseline || path != nil)
    if writeBaseline {
      guard let path else { throw CommandFailure("--write-baseline requires --baseline") }
      try write(Baseline(all), to: path)
    }
    var findings = all
    var known = 0
    if let path {
      var baseline = try Baseline.load(path)
      findings = baseline.unknown(among: findings)
      known = all.count - findings.count
      if baseline.remaining > 0 {
        Terminal.progress(
          "\(path) lists \(Terminal.count(baseline.remaining, "outdated finding")); "
            + "update it with --write-baseline"
        )
      }
    }
    if let lock {
      findings = (findings + lock.findings).sorted {
        $0.diagnostic.location < $1.diagnostic.location
      }
    }
    let report = FindingsReport(
      command: "check",
      findings: findings,
      rules: DiagnosticRule.check,
      sources: check.sources.files + (lock?.sources ?? []),
      knownCount: known
    )
    if format == .text {
      Terminal.message(report.formatted(.text, isColored: Terminal.isColored))
    } else {
      Terminal.result(report.formatted(format))
    }
    summarize(report, check)
    // If a run checks nothing, the path is probably wrong, which must fail in CI.
    if check.sources.files.count == check.passedOver {
      Terminal.error("no Lexicon document found")
      throw Status.findings
    }
    let isStrict = strict || configuration.checks.isStrict
    if report.count(.error) > 0 || isStrict && report.count(.warning) > 0 { throw Status.findings }
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

  private func summarize(_ report: FindingsReport, _ check: ProjectCheck) {
    let count = check.documents.count
    let found = report.summary ?? "no findings"
    let skipped =
      check.passedOver == 0 ? "" : "; skipped \(Terminal.count(check.passedOver, "other file"))"
    if check.hasErrors {
      let whole = check.checked.catalog.documents.count
      Terminal.error("\(found); \(Terminal.validDocuments(whole, of: check.sources.files.count))")
    } else {
      Terminal.progress("\(Terminal.count(count, "document")), \(found)\(skipped)")
    }
  }

  private func write(_ baseline: Baseline, to path: String) throws {
    do throws(FileSystem.Failure) {
      try FileSystem.write(Array(baseline.text.utf8), to: path)
    } catch {
      throw CommandFailure(error)
    }
  }
}
