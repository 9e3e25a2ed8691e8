import Lexicon
import LexiconCompiler

extension Finding {
  /// `class` is `compatible`, `note` or `breaking`; `shared`, `request` and `response` say what
  /// uses the schema in that flow.
  init(_ change: SchemaChange) {
    var diagnostic = Diagnostic(
      change.classification.severity,
      rule: change.rule.id,
      at: change.location,
      change.message
    )
    if change.new != nil, let old = change.old {
      diagnostic.notes = [Diagnostic.Note("the old version", at: old)]
    }
    self.init(diagnostic)
    nsid = change.nsid
    path = change.path
    properties["class"] = change.classification.rawValue
    for use in change.uses { properties[use.flow.rawValue] = use.place }
  }
}

extension ChangeClass {
  var severity: Diagnostic.Severity {
    switch self {
    case .breaking: .error
    case .note: .warning
    case .compatible: .note
    }
  }
}

extension EvolutionVerdict {
  /// For people, without a full stop.
  var sentence: String {
    switch self {
    case .none: "nothing has changed"
    case .compatible: "only compatible changes"
    case .breaking: "breaking changes"
    }
  }
}

extension FindingRule {
  init(_ rule: EvolutionRule) {
    let worst = DataFlow.allCases.map { rule.effect.classification(in: $0) }.max()
    self.init(
      id: rule.id,
      severity: (worst ?? .compatible).severity,
      summary: rule.id.replacing("-", with: " "),
      explanation: "\(rule.reason). \(rule.clause)."
    )
  }
}

extension FindingsReport {
  static let swiftBreaking = FindingRule(
    id: "swift-source-breaking",
    severity: .warning,
    summary: "Code that uses the generated types may no longer compile",
    explanation: "The API that lexgen generates has lost or changed something."
  )
  static let swiftCompatible = FindingRule(
    id: "swift-source-compatible",
    severity: .note,
    summary: "The generated types change, and code that uses them still compiles",
    explanation: "The API that lexgen generates has gained something."
  )

  /// What follows for generated code. It does not decide the verdict, which is about data.
  mutating func add(_ changes: [SwiftAPIChange], _ old: DiffVersion, _ new: DiffVersion) {
    rules += [Self.swiftBreaking, Self.swiftCompatible]
    findings += changes.compactMap { change in
      guard let location = new.location(of: change.origin) ?? old.location(of: change.origin)
      else { return nil }
      let rule = change.isSourceBreaking ? Self.swiftBreaking : Self.swiftCompatible
      var finding = Finding(
        Diagnostic(rule.severity, rule: rule.id, at: location, "Swift: \(change.message)")
      )
      finding.properties["symbol"] = change.symbol
      return finding
    }
    properties["swift"] = changes.contains { $0.isSourceBreaking } ? "breaking" : "compatible"
    if changes.isEmpty { properties["swift"] = "none" }
  }
}
