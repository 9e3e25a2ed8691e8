extension Rule {
  static let duplicateNSID = Rule(
    "duplicate-nsid",
    .error,
    "Each NSID is in one file.",
    reason: "Of two that differ neither is to be preferred.",
    clause: Clause.specification("Lexicon Files"),
    bad: RuleExample(
      RuleExample.sound.documents[0],
      RuleExample.definition(#"{"type":"integer"}"#).documents[0]
    ),
    good: .named("com.example.defs", "com.example.other")
  )
}
