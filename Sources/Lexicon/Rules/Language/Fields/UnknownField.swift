extension Rule {
  static let unknownField = Rule(
    "unknown-field",
    .warning,
    "An object of the language has no fields that the language does not define there.",
    reason: "Readers ignore them: a limit with a wrong name is none.",
    clause: Clause.specification("Field Type Definitions"),
    bad: .definition(#"{"type":"string","maxlen":10}"#),
    good: .definition(#"{"type":"string","maxLength":10}"#)
  )
}
