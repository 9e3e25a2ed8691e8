// Rules about a file as JSON or YAML. `Parsing/` reports them.
extension Rule {
  static let syntaxRules = [
    jsonSyntax, trailingGarbage, loneSurrogate, duplicateKey, integerTooLarge, nulByte, notUTF8,
    byteOrderMark, tooDeep, yamlSyntax, yamlDocuments, yamlAnchor, yamlTag, yamlKey,
  ]

  static let jsonSyntax = Rule(
    "json-syntax",
    .error,
    "A .json file must contain well-formed JSON.",
    reason: "Malformed JSON cannot be interpreted.",
    clause: Clause.json,
    bad: RuleExample(#"{"lexicon":1,}"#),
    good: .sound
  )

  static let trailingGarbage = Rule(
    "trailing-garbage",
    .error,
    "Nothing may follow the document in its file.",
    reason: "A file contains exactly one document, so the meaning of anything else is unclear.",
    clause: Clause.json,
    bad: RuleExample(RuleExample.sound.documents[0] + "}"),
    good: .sound
  )

  static let loneSurrogate = Rule(
    "lone-surrogate",
    .error,
    "Surrogate escapes must come in pairs.",
    reason: "Half of a surrogate pair is not a character, and parsers disagree on how to read it.",
    clause: "\(Clause.json), section 8.2",
    bad: .definition(#"{"type":"token","description":"\uD800"}"#),
    good: .definition(#"{"type":"token","description":"\uD83D\uDE00"}"#)
  )

  static let duplicateKey = Rule(
    "duplicate-key",
    .error,
    "The keys of an object must be unique.",
    reason: "Parsers disagree on which of two equal keys wins.",
    clause: "\(Clause.json), section 4",
    bad: .definition(#"{"type":"boolean","type":"integer"}"#),
    good: .sound
  )

  static let integerTooLarge = Rule(
    "integer-too-large",
    .error,
    "Integers must fit in 64 bits.",
    reason: "The data model has no larger integers.",
    clause: "Data Model specification, \"Data Types\"",
    bad: .definition(#"{"type":"integer","maximum":9223372036854775808}"#),
    good: .definition(#"{"type":"integer","maximum":9223372036854775807}"#)
  )

  static let nulByte = Rule(
    "nul-byte",
    .error,
    "A document must not contain NUL bytes.",
    reason: "A file with NUL bytes is binary, or text in an encoding other than UTF-8.",
    clause: Clause.json,
    bad: RuleExample("{} \0"),
    good: .sound
  )

  static let notUTF8 = Rule(
    "not-utf-8",
    .error,
    "A document must be encoded in UTF-8.",
    reason: "UTF-8 is the only encoding in which JSON is exchanged.",
    clause: "\(Clause.json), section 8.1",
    // UTF-16: the first of two bytes of each character is zero.
    bad: RuleExample("\0{\0}"),
    good: .sound
  )

  static let byteOrderMark = Rule(
    "byte-order-mark",
    .warning,
    "A document should not begin with a byte order mark.",
    reason: "Some parsers reject it.",
    clause: "\(Clause.json), section 8.1",
    bad: .verbatim("\u{FEFF}" + RuleExample.sound.documents[0]),
    good: .sound,
    fix: { _, tree in
      [TextEdit(0..<tree.source.start, "")]
    }
  )

  static let tooDeep = Rule(
    "too-deep",
    .error,
    "Values must not be nested more than 128 levels deep.",
    reason: "No schema needs deeper nesting, which is a known attack on parsers.",
    clause: "\(Clause.json), section 9",
    bad: RuleExample(String(repeating: "[", count: 200) + String(repeating: "]", count: 200)),
    good: .sound
  )

  static let yamlSyntax = Rule(
    "yaml-syntax",
    .error,
    "A .yaml or .yml file must contain well-formed YAML.",
    reason: "Malformed YAML cannot be interpreted.",
    clause: Clause.yaml,
    bad: .yaml("lexicon: [1\n"),
    good: .soundYAML
  )

  static let yamlDocuments = Rule(
    "yaml-documents",
    .error,
    "A file must contain a single YAML document.",
    reason: "A file is one Lexicon document.",
    clause: "\(Clause.yaml), section 9.2",
    bad: .yaml(RuleExample.soundYAML.documents[0] + "---\n" + RuleExample.soundYAML.documents[0]),
    good: .soundYAML
  )

  static let yamlAnchor = Rule(
    "yaml-anchor",
    .error,
    "YAML must not use anchors or aliases.",
    reason: "JSON has no equivalent, and a few nested aliases can expand to gigabytes.",
    clause: "\(Clause.yaml), section 7.1",
    bad: .yaml("lexicon: &one 1\nid: com.example.defs\ndefs: {}\n"),
    good: .soundYAML
  )

  static let yamlTag = Rule(
    "yaml-tag",
    .error,
    "YAML must not use tags.",
    reason: "JSON has no equivalent.",
    clause: "\(Clause.yaml), section 6.9.1",
    bad: .yaml("lexicon: !!int 1\nid: com.example.defs\ndefs: {}\n"),
    good: .soundYAML
  )

  static let yamlKey = Rule(
    "yaml-key",
    .error,
    "The keys of a YAML mapping must be strings.",
    reason: "The keys of a JSON object are strings.",
    clause: "\(Clause.yaml), section 3.2.1",
    bad: .yaml("lexicon: 1\nid: com.example.defs\ndefs:\n  ? [a]\n  : {type: token}\n"),
    good: .soundYAML
  )
}
