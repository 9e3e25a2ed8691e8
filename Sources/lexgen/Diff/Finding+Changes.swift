import Lexicon
import LexiconCompiler
import LexiconProject

extension Finding {
  /// The property `class` is `compatible`, `note`, or `breaking`; `shared`, `request`, and
  /// `response` describe a use of the schema in that flow.
  ///
  /// - Parameter reason: the reason why the change is accepted, if it is.
  init(_ change: SchemaChange, accepted reason: String? = nil) {
    var diagnostic = Diagnostic(
      reason == nil ? change.classification.severity : .note,
      rule: change.rule.id,
      at: change.location,
      change.message
    )
    if change.new != nil, let old = change.old {
      diagnostic.notes = [Diagnostic.Note("old version", at: old)]
    }
    self.init(diagnostic)
    nsid = change.nsid
    path = change.path
    properties["class"] = change.classification.rawValue
    properties["accepted"] = reason
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
  /// A sentence for people, without a period.
  var sentence: String {
    switch self {
    case .none: "no changes"
    case .compatible: "only compatible changes"
    case .breaking: "breaking changes"
    }
  }
}

extension DiagnosticRule {
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
  static let swiftBreaking = DiagnosticRule(
    id: "swift-source-breaking",
    severity: .warning,
    summary: "Code that uses the generated Swift may no longer compile",
    explanation: "The generated API lost or changed a declaration."
  )
  static let swiftCompatible = DiagnosticRule(
    id: "swift-source-compatible",
    severity: .note,
    summary: "The generated Swift changes, and code that uses it still compiles",
    explanation:
      "The generated API gained a declaration, or a default value or deprecation changed."
  )

  static let oldErrors = DiagnosticRule(
    id: "old-version-has-errors",
    severity: .warning,
    summary: "A document whose old version has errors is not compared",
    explanation: "The old version was never valid, so nothing can depend on it."
  )

  static let unusedAcceptance = DiagnosticRule(
    id: "unused-acceptance",
    severity: .warning,
    summary: "Every accepted change occurs",
    explanation: "An entry without a change would silently accept a later one."
  )

  /// `1 breaking, 2 notes, 3 compatible` and other counts; nil if there are none.
  var classSummary: String? {
    func count(_ classification: ChangeClass) -> Int {
      findings.count { finding in
        finding.properties["class"] == classification.rawValue
          && finding.properties["accepted"] == nil
      }
    }
    let notes = count(.note)
    let counts = [
      (count(.breaking), "breaking"), (notes, notes == 1 ? "note" : "notes"),
      (count(.compatible), "compatible"),
      (findings.count { $0.properties["accepted"] != nil }, "accepted"),
      (findings.count { $0.properties["symbol"] != nil }, "in Swift"),
      (findings.count { $0.diagnostic.rule == Self.oldErrors.id }, "not compared"),
    ]
    let parts = counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }

  /// Adds the consequences for generated code. The verdict is about data and does not change.
  mutating func add(_ changes: [SwiftAPIChange], _ old: DiffVersion, _ new: DiffVersion) {
    rules += [Self.swiftBreaking, Self.swiftCompatible]
    findings += changes.compactMap { change in
      let (before, after) = (old.location(of: change), new.location(of: change))
      guard let location = after ?? before else { return nil }
      let rule = change.isSourceBreaking ? Self.swiftBreaking : Self.swiftCompatible
      var diagnostic = Diagnostic(
        rule.severity,
        rule: rule.id,
        at: location,
        "Swift: \(change.message)"
      )
      if after != nil, let before {
        diagnostic.notes = [Diagnostic.Note("old version", at: before)]
      }
      var finding = Finding(diagnostic)
      finding.properties["symbol"] = change.symbol
      return finding
    }
    properties["swift"] = changes.contains { $0.isSourceBreaking } ? "breaking" : "compatible"
    if changes.isEmpty { properties["swift"] = "none" }
  }
}
