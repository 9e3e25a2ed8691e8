extension Rule {
  static let unsupportedVersion = Rule(
    "unsupported-version",
    .error,
    "'lexicon' is 1.",
    reason: "There is no other version of the language.",
    clause: Clause.specification("Lexicon Files"),
    bad: RuleExample(
      #"{"lexicon":2,"id":"com.example.defs","defs":{"example":{"type":"boolean"}}}"#
    ),
    good: RuleExample(
      #"{"lexicon":1,"id":"com.example.defs","defs":{"example":{"type":"boolean"}}}"#
    )
  )
}
