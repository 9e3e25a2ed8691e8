extension Rule {
  static let yamlTag = Rule(
    "yaml-tag",
    .error,
    "YAML is written without tags.",
    reason: "JSON has nothing of the kind.",
    clause: "\(Clause.yaml), section 6.9.1",
    bad: .yaml("lexicon: !!int 1\nid: com.example.defs\ndefs: {}\n"),
    good: .soundYAML
  )
}
