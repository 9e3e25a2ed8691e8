extension Rule {
  static let unreachableValue = Rule(
    "unreachable-value",
    .warning,
    "Values that are listed meet the other constraints.",
    reason: "One that does not can never be used.",
    clause: Clause.specification("string"),
    bad: .definition(#"{"type":"string","maxLength":3,"knownValues":["calm"]}"#),
    good: .definition(#"{"type":"string","maxLength":4,"knownValues":["calm"]}"#)
  )
}
