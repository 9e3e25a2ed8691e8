extension Rule {
  static let contradictoryLimits = Rule(
    "contradictory-limits",
    .error,
    "Some value meets all limits.",
    reason: "Where none does, nobody can write one.",
    clause: Clause.specification("integer"),
    bad: .definition(#"{"type":"integer","minimum":2,"maximum":1}"#),
    good: .definition(#"{"type":"integer","minimum":1,"maximum":2}"#)
  )
}
