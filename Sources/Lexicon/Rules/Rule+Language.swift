// The rules of the language itself. Their checks are in `Document/` and `Catalog/`, where a
// document is read; what is here explains them.
extension Rule {
  static let languageRules: [Rule] =
    syntaxRules + documentRules + fieldRules + limitRules + methodRules + permissionRules
    + referenceRules

  /// A rule whose examples are definitions called `example`.
  static func field(
    _ id: String,
    _ severity: Diagnostic.Severity,
    _ summary: String,
    _ reason: String,
    _ section: String,
    bad: String,
    good: String,
    fix: (@Sendable (Diagnostic, LocatedTree) -> [TextEdit])? = nil
  ) -> Rule {
    language(
      id,
      severity,
      summary,
      reason,
      "\(Clause.lexicon), \"\(section)\"",
      bad: .definition(bad),
      good: .definition(good),
      fix: fix
    )
  }

  static func language(
    _ id: String,
    _ severity: Diagnostic.Severity,
    _ summary: String,
    _ reason: String,
    _ clause: String,
    bad: RuleExample,
    good: RuleExample,
    fix: (@Sendable (Diagnostic, LocatedTree) -> [TextEdit])? = nil
  ) -> Rule {
    Rule(id, severity, summary, reason: reason, clause: clause, bad: bad, good: good, fix: fix)
  }
}
