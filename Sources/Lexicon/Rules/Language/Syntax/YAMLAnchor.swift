extension Rule {
  static let yamlAnchor = Rule(
    "yaml-anchor",
    .error,
    "YAML is written without anchors and aliases.",
    reason: "JSON has nothing of the kind, and a few of them can stand for gigabytes.",
    clause: "\(Clause.yaml), section 7.1",
    bad: .yaml("lexicon: &one 1\nid: com.example.defs\ndefs: {}\n"),
    good: .soundYAML
  )
}
