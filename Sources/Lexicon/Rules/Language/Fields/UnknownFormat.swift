extension Rule {
  static let unknownFormat = Rule(
    "unknown-format",
    .error,
    "'format' is a string format of the language.",
    reason: "Readers know no others.",
    clause: Clause.specification("String Formats"),
    bad: .definition(#"{"type":"string","format":"date"}"#),
    good: .definition(#"{"type":"string","format":"datetime"}"#)
  )
}
