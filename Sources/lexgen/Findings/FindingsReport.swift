import ArgumentParser
import Lexicon
import LexiconProject

/// The output format of findings.
enum FindingsFormat: String, CaseIterable, ExpressibleByArgument {
  /// For people, with the source line and a caret below each finding.
  case text
  /// A single JSON object, see ``FindingsReport/json()``.
  case json
  /// SARIF 2.1.0.
  case sarif
  /// Workflow commands of GitHub Actions.
  case github
}

/// The findings of a command, ready to print in any ``FindingsFormat``.
struct FindingsReport {
  /// `check`, `diff`.
  var command: String
  /// In printing order.
  var findings: [Finding]
  /// All rules that can occur among the findings, or those that do.
  var rules: [DiagnosticRule] = []
  /// The files that contain the findings.
  var sources: [SourceFile] = []
  /// The number of further findings that the baseline contains.
  var knownCount = 0
  /// Entries that a command adds to the summary, such as `verdict`.
  var properties: [String: String] = [:]
  /// Whether everything was compared; nil for other commands.
  var isComplete: Bool?
  /// The lowest severity of findings that are printed.
  var minimumSeverity = Diagnostic.Severity.note

  /// The findings that are printed.
  var shown: [Finding] {
    findings.filter { $0.diagnostic.severity <= minimumSeverity }
  }

  /// The number of findings that are not printed because of their severity.
  var hiddenCount: Int {
    findings.count { $0.diagnostic.severity > minimumSeverity }
  }

  func count(_ severity: Diagnostic.Severity) -> Int {
    findings.count { $0.diagnostic.severity == severity }
  }

  /// Prints the findings to standard output.
  func print(_ format: FindingsFormat) {
    var report = self
    // Text has no ends.
    if format != .text { report.findings.addEnds(in: sources) }
    Terminal.result(report.formatted(format, isColored: Terminal.isResultColored))
  }

  /// Returns complete lines, or an empty string if the format has nothing to print.
  func formatted(_ format: FindingsFormat, isColored: Bool = false) -> String {
    switch format {
    case .text: text(isColored: isColored)
    case .json: json()
    case .sarif: sarif()
    case .github: github()
    }
  }

  /// `2 errors, 1 warning, 3 notes (1 in the baseline)`; nil if there are no findings.
  var summary: String? {
    let parts = [Diagnostic.Severity.error, .warning, .note].compactMap { severity in
      let count = count(severity)
      return count == 0 ? nil : Terminal.count(count, severity.rawValue)
    }
    let known = knownCount == 0 ? "" : " (\(knownCount) in the baseline)"
    if parts.isEmpty { return known.isEmpty ? nil : "no new problems\(known)" }
    return parts.joined(separator: ", ") + known
  }
}

/// Parses the value of an option that is a case of an enum of another module.
func choice<Choice: RawRepresentable<String> & SendableMetatype>(
  _ choices: [Choice]
) -> @Sendable (String) throws -> Choice {
  let known = choices.map(\.rawValue).joined(separator: ", ")
  return { text in
    guard let choice = Choice(rawValue: text) else {
      throw ValidationError("'\(text)' is not one of \(known).")
    }
    return choice
  }
}
