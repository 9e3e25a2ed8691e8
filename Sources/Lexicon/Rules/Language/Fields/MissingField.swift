extension Rule {
  static let missingField = Rule(
    "missing-field",
    .error,
    "An object of the language has the fields that its type needs.",
    reason: "It means nothing without them.",
    clause: Clause.specification("Field Type Definitions"),
    bad: .definition(#"{"type":"array"}"#),
    good: .definition(#"{"type":"array","items":{"type":"unknown"}}"#)
  )
}
