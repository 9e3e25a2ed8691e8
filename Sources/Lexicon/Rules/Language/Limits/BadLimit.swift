extension Rule {
  static let badLimit = Rule(
    "bad-limit",
    .error,
    "Limits of length are 0 or more.",
    reason: "Nothing has a negative length.",
    clause: Clause.specification("string"),
    bad: .definition(#"{"type":"string","maxLength":-1}"#),
    good: .definition(#"{"type":"string","maxLength":1}"#)
  )
}
