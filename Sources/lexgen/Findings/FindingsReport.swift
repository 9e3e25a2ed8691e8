import Lexicon

/// What a command found, ready to be printed in any ``FindingsFormat``.
struct FindingsReport {
  /// `check`, `diff`.
  var command: String
  /// In the order in which they are printed.
  var findings: [Finding]
  /// All rules that can be among the findings, or those that are.
  var rules: [DiagnosticRule] = []
  /// The files that findings point into.
  var sources: [SourceFile] = []
  /// How many more there are that the baseline knows.
  var knownCount = 0
  /// What a command adds to the summary: `verdict`, for instance.
  var properties: [String: String] = [:]

  func count(_ severity: Diagnostic.Severity) -> Int {
    findings.count { $0.diagnostic.severity == severity }
  }

  /// - Parameter isColoured: whether text has the colours of terminals.
  /// - Returns: whole lines; nothing where a format has nothing to say.
  func formatted(_ format: FindingsFormat, isColoured: Bool = false) -> String {
    switch format {
    case .text: text(isColoured: isColoured)
    case .json: json()
    case .sarif: sarif()
    case .github: github()
    }
  }

  /// `2 errors, 1 warning, 3 notes`; nil where nothing was found.
  var summary: String? {
    let parts = [Diagnostic.Severity.error, .warning, .note].compactMap { severity in
      let count = count(severity)
      return count == 0 ? nil : "\(count) \(severity.rawValue)\(count == 1 ? "" : "s")"
    }
    let known = knownCount == 0 ? [] : ["\(knownCount) known to the baseline"]
    return parts.isEmpty && known.isEmpty ? nil : (parts + known).joined(separator: ", ")
  }
}
