extension Rule {
  static let unknownType = Rule(
    "unknown-type",
    .error,
    "'type' is a type of the language.",
    reason: "There are no others.",
    clause: Clause.specification("Field Type Definitions"),
    bad: .definition(#"{"type":"float"}"#),
    good: .definition(#"{"type":"integer"}"#)
  )
}
