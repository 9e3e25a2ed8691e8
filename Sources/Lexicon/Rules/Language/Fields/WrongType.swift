extension Rule {
  static let wrongType = Rule(
    "wrong-type",
    .error,
    "Each field of the language has a value of its type.",
    reason: "What another value means is not defined.",
    clause: Clause.specification("Field Type Definitions"),
    bad: .definition(#"{"type":"string","maxLength":"ten"}"#),
    good: .definition(#"{"type":"string","maxLength":10}"#)
  )
}
