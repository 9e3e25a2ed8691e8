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

      Exit status: 0 nothing or only compatible changes, 1 a breaking change, 2 a version that \
      cannot be read or has errors.
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
    let versions = try [old, new].map { try DiffVersion($0) }
    let diagnostics = versions.flatMap(\.diagnostics)
    if !diagnostics.isEmpty {
      for diagnostic in diagnostics { Terminal.error(diagnostic.description) }
      throw Status.usage
    }
    let changes = versions[1].catalog.changes(since: versions[0].catalog)
    let verdict = EvolutionVerdict(changes)
    var report = FindingsReport(command: "diff", findings: changes.map { Finding($0) })
    report.rules = EvolutionRule.all.map { FindingRule($0) }
    report.properties["verdict"] = verdict.rawValue
    report.sources = versions.flatMap(\.files)
    if swift {
      let comparison = SwiftAPIComparison(
        old: try versions[0].modules(),
        new: try versions[1].modules()
      )
      report.add(comparison.changes, versions[0], versions[1])
    }
    Terminal.result(report.formatted(format, isColoured: Terminal.isResultColoured))
    if format == .text {
      let counts = report.summary.map { ": \($0)" } ?? ""
      Terminal.progress("\(verdict.sentence)\(counts)")
    }
    switch (verdict, failOn) {
    case (.breaking, _), (.compatible, .compatible): throw Status.findings
    case (.none, _), (.compatible, .breaking): break
    }
  }
}
