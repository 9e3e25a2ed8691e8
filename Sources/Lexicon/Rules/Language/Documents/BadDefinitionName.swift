extension Rule {
  static let badDefinitionName = Rule(
    "bad-definition-name",
    .error,
    "Names of definitions are of letters and digits.",
    reason: "They stand in references and become names in code.",
    clause: Clause.specification("Lexicon Files"),
    bad: .definitions(#""":{"type":"boolean"}"#),
    good: .definitions(#""flag":{"type":"boolean"}"#, of: "com.example.defs")
  )
}
