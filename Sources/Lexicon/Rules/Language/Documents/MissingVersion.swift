extension Rule {
  static let missingVersion = Rule(
    "missing-version",
    .warning,
    "A document says which version of the language it is written in.",
    reason: "Without 'lexicon' it is no Lexicon document, and is passed over.",
    clause: Clause.specification("Lexicon Files"),
    bad: RuleExample(#"{"id":"com.example.defs","defs":{"example":{"type":"boolean"}}}"#),
    good: .sound
  )
}
