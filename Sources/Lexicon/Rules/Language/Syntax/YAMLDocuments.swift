extension Rule {
  static let yamlDocuments = Rule(
    "yaml-documents",
    .error,
    "A file has one YAML document.",
    reason: "A file is one Lexicon document.",
    clause: "\(Clause.yaml), section 9.2",
    bad: .yaml(RuleExample.soundYAML.documents[0] + "---\n" + RuleExample.soundYAML.documents[0]),
    good: .soundYAML
  )
}
