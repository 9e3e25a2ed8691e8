import ArgumentParser
import Lexicon

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Reports what is wrong with documents, and what could be better.",
    discussion: """
      Errors are those of the language: nothing can be compiled from such a document. Warnings \
      and notes are what the Lexicon style guide and good sense advise; 'lexgen rules' lists and \
      explains them, and 'rules' in lexgen.yaml makes them more or less severe.

        lexgen check Lexicons
        lexgen check Lexicons --strict --format github
        lexgen check Lexicons --write-baseline --baseline lexicons.baseline.json

      The exit status is 0, 1 with errors (with --strict also with warnings), or 2 where the \
      configuration makes no sense. Text goes to standard error, the other formats to standard \
      output.
      """
  )

  @OptionGroup var input: InputOptions

  @Option(help: "How findings are printed: text, json, sarif (2.1.0) or github.")
  var format: FindingsFormat = .text

  @Flag(help: "Warnings fail too; 'strict: true' in lexgen.yaml does the same.")
  var strict = false

  @Option(
    help: ArgumentHelp(
      "A file of findings that are known and not reported; 'baseline' in lexgen.yaml.",
      valueName: "file"
    )
  )
  var baseline: String?

  @Flag(help: "Writes the findings there are to the baseline file.")
  var writeBaseline = false

  @Flag(help: "Corrects in the files what has one safe answer, and reports the rest.")
  var fix = false

  func run() throws {
    if fix { try FindingsFix(input).run() }
    let needsPlaces = format != .text
    var gate = try Gate(input, isLocated: needsPlaces)
    let path = baseline ?? gate.compilation.configuration.baseline
    if writeBaseline || path != nil, !needsPlaces { gate = try Gate(input, isLocated: true) }
    if writeBaseline {
      guard let path else { throw ValidationError("--write-baseline needs --baseline.") }
      try write(Baseline(gate.findings), to: path)
    }
    var findings = gate.findings
    var known = 0
    if let path {
      var baseline = try Baseline.load(path)
      findings = baseline.unknown(among: findings)
      known = gate.findings.count - findings.count
      if baseline.remaining > 0 {
        Terminal.progress(
          "\(path) knows \(baseline.remaining) more findings than there are; write it anew"
        )
      }
    }
    let report = FindingsReport(
      command: "check",
      findings: findings,
      rules: Gate.rules,
      sources: gate.files,
      knownCount: known
    )
    if format == .text {
      Terminal.message(report.formatted(.text, isColoured: Terminal.isColoured))
    } else {
      Terminal.result(report.formatted(format))
    }
    summarize(report, gate)
    // Nothing was checked: in CI that is a wrong path, not a success.
    if gate.files.count == gate.passedOver {
      Terminal.error("no Lexicon document was found")
      throw Status.findings
    }
    let isStrict = strict || gate.compilation.configuration.isStrict
    if report.count(.error) > 0 || isStrict && report.count(.warning) > 0 { throw Status.findings }
  }

  private func summarize(_ report: FindingsReport, _ gate: Gate) {
    let count = gate.compilation.documents.count
    let found = report.summary ?? "no findings"
    let passedOver = gate.passedOver == 0 ? "" : "; \(gate.passedOver) other files passed over"
    if gate.compilation.hasErrors {
      let whole = gate.compilation.checked.catalog.documents.count
      Terminal.error("\(found); \(whole) of \(gate.files.count) files are documents without one")
    } else {
      let documents = "\(count) document\(count == 1 ? "" : "s")"
      Terminal.progress("\(documents), \(found)\(passedOver)")
    }
  }

  private func write(_ baseline: Baseline, to path: String) throws {
    do {
      try FileSystem.write(Array(baseline.text.utf8), to: path)
    } catch {
      Terminal.error("\(path): error: \(error.description)")
      throw Status.usage
    }
  }
}
