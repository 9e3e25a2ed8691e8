extension Rule {
  static let noDefinitions = Rule(
    "no-definitions",
    .error,
    "A document has a definition or more.",
    reason: "Without any it says nothing.",
    clause: Clause.specification("Lexicon Files"),
    bad: RuleExample(#"{"lexicon":1,"id":"com.example.defs","defs":{}}"#),
    good: .sound
  )
}
