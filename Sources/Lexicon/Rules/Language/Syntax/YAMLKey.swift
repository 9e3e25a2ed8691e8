extension Rule {
  static let yamlKey = Rule(
    "yaml-key",
    .error,
    "Keys of YAML mappings are strings.",
    reason: "Those of JSON are.",
    clause: "\(Clause.yaml), section 3.2.1",
    bad: .yaml("lexicon: 1\nid: com.example.defs\ndefs:\n  ? [a]\n  : {type: token}\n"),
    good: .soundYAML
  )
}
