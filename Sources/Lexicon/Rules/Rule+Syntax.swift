// JSON and YAML themselves.
extension Rule {
  private static let json = "RFC 8259"
  private static let yaml = "YAML 1.2.2"
  private static let fine = RuleExample.definition(#"{"type":"boolean"}"#)
  private static let fineYAML = RuleExample.yaml(
    "lexicon: 1\nid: com.example.defs\ndefs:\n  example:\n    type: boolean\n"
  )

  static let syntaxRules: [Rule] = [
    language(
      "json-syntax",
      .error,
      "A .json file is JSON.",
      "What is not well formed means nothing.",
      json,
      bad: RuleExample(#"{"lexicon":1,}"#),
      good: fine
    ),
    language(
      "trailing-garbage",
      .error,
      "Nothing follows the document in its file.",
      "It is not known what it belongs to.",
      json,
      bad: RuleExample(fine.documents[0] + "}"),
      good: fine
    ),
    language(
      "lone-surrogate",
      .error,
      "Escapes of surrogates come in pairs.",
      "One half is no character, and readers differ in what they make of it.",
      "\(json), section 8.2",
      bad: .definition(#"{"type":"token","description":"\uD800"}"#),
      good: .definition(#"{"type":"token","description":"\uD83D\uDE00"}"#)
    ),
    language(
      "duplicate-key",
      .error,
      "An object has each key once.",
      "Readers differ in which of two they take.",
      "\(json), section 4",
      bad: .definition(#"{"type":"boolean","type":"integer"}"#),
      good: fine
    ),
    language(
      "integer-too-large",
      .error,
      "Integers fit 64 bits.",
      "The data model has no others.",
      "Data Model specification, \"Data Types\"",
      bad: .definition(#"{"type":"integer","maximum":9223372036854775808}"#),
      good: .definition(#"{"type":"integer","maximum":9223372036854775807}"#)
    ),
    language(
      "nul-byte",
      .error,
      "A document has no NUL bytes.",
      "It is then no text, or text in another encoding than UTF-8.",
      json,
      bad: RuleExample("{} \0"),
      good: fine
    ),
    language(
      "not-utf-8",
      .error,
      "A document is text in UTF-8.",
      "Nothing else is exchanged.",
      "\(json), section 8.1",
      // UTF-16: the first of two bytes of each character is zero.
      bad: RuleExample("\0{\0}"),
      good: fine
    ),
    language(
      "byte-order-mark",
      .warning,
      "A document has no byte order mark.",
      "Some readers refuse it.",
      "\(json), section 8.1",
      bad: .verbatim("\u{FEFF}" + fine.documents[0]),
      good: fine,
      fix: { _, tree in
        [TextEdit(0..<tree.source.start, "")]
      }
    ),
    language(
      "too-deep",
      .error,
      "Values are nested no deeper than readers follow.",
      "Deep nesting is an attack on readers; no schema needs it.",
      "\(json), section 9",
      bad: RuleExample(String(repeating: "[", count: 200) + String(repeating: "]", count: 200)),
      good: fine
    ),
    language(
      "yaml-syntax",
      .error,
      "A .yaml or .yml file is YAML.",
      "What is not well formed means nothing.",
      yaml,
      bad: .yaml("lexicon: [1\n"),
      good: fineYAML
    ),
    language(
      "yaml-documents",
      .error,
      "A file has one YAML document.",
      "A file is one Lexicon document.",
      "\(yaml), section 9.2",
      bad: .yaml(fineYAML.documents[0] + "---\n" + fineYAML.documents[0]),
      good: fineYAML
    ),
    language(
      "yaml-anchor",
      .error,
      "YAML is written without anchors and aliases.",
      "JSON has nothing of the kind, and a few of them can stand for gigabytes.",
      "\(yaml), section 7.1",
      bad: .yaml("lexicon: &one 1\nid: com.example.defs\ndefs: {}\n"),
      good: fineYAML
    ),
    language(
      "yaml-tag",
      .error,
      "YAML is written without tags.",
      "JSON has nothing of the kind.",
      "\(yaml), section 6.9.1",
      bad: .yaml("lexicon: !!int 1\nid: com.example.defs\ndefs: {}\n"),
      good: fineYAML
    ),
    language(
      "yaml-key",
      .error,
      "Keys of YAML mappings are strings.",
      "Those of JSON are.",
      "\(yaml), section 3.2.1",
      bad: .yaml("lexicon: 1\nid: com.example.defs\ndefs:\n  ? [a]\n  : {type: token}\n"),
      good: fineYAML
    ),
  ]
}
