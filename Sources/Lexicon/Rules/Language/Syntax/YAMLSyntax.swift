extension Rule {
  static let yamlSyntax = Rule(
    "yaml-syntax",
    .error,
    "A .yaml or .yml file is YAML.",
    reason: "What is not well formed means nothing.",
    clause: Clause.yaml,
    bad: .yaml("lexicon: [1\n"),
    good: .soundYAML
  )
}
