extension Rule {
  static let namedType = Rule(
    "named-type",
    .error,
    "References, unions, unknowns and parts of primary types are no definitions of their own.",
    reason: "They have a meaning only where they are used.",
    clause: Clause.specification("Lexicon Files"),
    bad: .definition(#"{"type":"unknown"}"#),
    good: .definition(#"{"type":"object","properties":{"any":{"type":"unknown"}}}"#)
  )
}
