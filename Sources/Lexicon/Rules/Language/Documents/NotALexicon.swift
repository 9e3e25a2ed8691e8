extension Rule {
  static let notALexicon = Rule(
    "not-a-lexicon",
    .note,
    "A file that is no Lexicon document is passed over.",
    reason:
      "It may lie among them for another purpose; 'check' refuses one that it is given by name.",
    clause: Clause.specification("Lexicon Files"),
    bad: RuleExample(#"{"name":"package"}"#),
    good: .sound
  )
}
