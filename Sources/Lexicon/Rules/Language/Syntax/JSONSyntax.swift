extension Rule {
  static let jsonSyntax = Rule(
    "json-syntax",
    .error,
    "A .json file is JSON.",
    reason: "What is not well formed means nothing.",
    clause: Clause.json,
    bad: RuleExample(#"{"lexicon":1,}"#),
    good: .sound
  )
}
