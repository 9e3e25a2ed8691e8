import ArgumentParser
import Lexicon
import LexiconCompiler

struct DiffCommand: ParsableCommand {
  /// The verdict that makes the exit status 1.
  enum Threshold: String, CaseIterable, ExpressibleByArgument {
    case breaking
    case compatible
  }

  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Says what has changed between two versions of lexicons, and what it breaks.",
    discussion: """
      Each version is a folder, a file, or git:REV[:path], with the path relative to where you are.

        lexgen diff git:origin/main:Lexicons Lexicons
        lexgen diff git:v1.0:Lexicons git:v1.1:Lexicons --format sarif
        lexgen diff old.json new.json --swift

      A record is read and written by everybody: neither may data that was written before become \
      invalid, nor may new data surprise who knows the old schema. What clients send may be \
      relaxed, and what servers answer tightened.

      A document whose old version has errors was never right, and is passed over with a warning; \
      a revision that has nothing at the path is an old version without documents.

      Exit status: 0 nothing or only compatible changes, 1 a breaking change, 2 a version that \
      cannot be read, or a new one that has errors.
      """
  )

  @Argument(help: "The old version: a folder, a file or git:REV[:path].")
  var old: String

  @Argument(help: "The new version: a folder, a file or git:REV[:path].")
  var new: String

  @Option(help: "How to print.")
  var format = FindingsFormat.text

  @Option(help: "The least verdict that fails.")
  var failOn = Threshold.breaking

  @Flag(help: "Say also what the changes mean for code that uses the generated types.")
  var swift = false

  func run() throws {
    let before = try DiffVersion(old, as: .old)
    let after = try DiffVersion(new, as: .new)
    let errors = before.errors + after.errors
    if !errors.isEmpty {
      for diagnostic in errors { Terminal.error(diagnostic.description) }
      throw Status.usage
    }
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
    Terminal.result(report.formatted(format, isColoured: Terminal.isResultColoured))
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
