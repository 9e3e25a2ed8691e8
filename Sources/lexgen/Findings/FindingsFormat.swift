import ArgumentParser

/// How findings are printed.
enum FindingsFormat: String, CaseIterable, ExpressibleByArgument {
  /// For people: the source line with a caret below each finding.
  case text
  /// One JSON object, see ``FindingsReport/json()``.
  case json
  /// SARIF 2.1.0.
  case sarif
  /// Workflow commands of GitHub Actions.
  case github
}
