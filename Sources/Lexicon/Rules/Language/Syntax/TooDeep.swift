extension Rule {
  static let tooDeep = Rule(
    "too-deep",
    .error,
    "Values are nested no deeper than readers follow.",
    reason: "Deep nesting is an attack on readers; no schema needs it.",
    clause: "\(Clause.json), section 9",
    bad: RuleExample(String(repeating: "[", count: 200) + String(repeating: "]", count: 200)),
    good: .sound
  )
}
