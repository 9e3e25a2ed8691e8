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

      Anyone may read and write a record: data written before must stay valid, and new data must \
      not break readers that know the old schema. Requests may be relaxed, and responses tightened.

      A document whose old version has errors is skipped with a warning. A revision without \
      anything at the path is an old version without documents.

      Exit status: 0 for compatible changes or none; 1 for a breaking change; 2 if a version \
      cannot be read, or if the new one has errors.
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

  func run() throws {
    let before = try DiffVersion(old, as: .old)
    let after = try DiffVersion(new, as: .new)
    let errors = before.errors + after.errors
    guard errors.isEmpty else { throw CommandFailure("", diagnostics: errors) }
    let changes = after.catalog.changes(since: before.catalog)
      .filter { !before.passesOver($0) }
    let verdict = EvolutionVerdict(changes)
    var report = FindingsReport(command: "diff", findings: before.skipped.map { Finding($0) })
    report.findings += changes.map { Finding($0) }
    report.rules = [FindingsReport.oldErrors] + EvolutionRule.all.map { DiagnosticRule($0) }
    report.properties["verdict"] = verdict.rawValue
    report.sources = before.sources + after.sources
    if swift {
      let comparison = SwiftAPIComparison(old: try before.modules(), new: try after.modules())
      report.add(comparison.changes, before, after)
    }
    Terminal.result(report.formatted(format, isColored: Terminal.isResultColored))
    if format == .text {
      let counts = report.classSummary.map { ": \($0)" } ?? ""
      Terminal.progress("\(verdict.sentence)\(counts)")
    }
    switch (verdict, failOn) {
    case (.breaking, _), (.compatible, .compatible): throw Status.findings
    case (.none, _), (.compatible, .breaking): break
    }
  }
}
