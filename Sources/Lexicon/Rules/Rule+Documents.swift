import ATProtoSyntax

// Lexicon specification, "Lexicon Files".
extension Rule {
  private static let section = "\(Clause.lexicon), \"Lexicon Files\""
  private static let nsid = "NSID specification"
  private static let fine = RuleExample.definition(#"{"type":"boolean"}"#)

  private static func document(_ id: String) -> RuleExample {
    .definitions(#""example":{"type":"boolean"}"#, of: id)
  }

  static let documentRules: [Rule] = [
    language(
      "unsupported-version",
      .error,
      "'lexicon' is 1.",
      "There is no other version of the language.",
      section,
      bad: RuleExample(#"{"lexicon":2,"id":"com.example.defs","defs":{}}"#),
      good: fine
    ),
    language(
      "bad-nsid",
      .error,
      "NSIDs follow their grammar.",
      "Nothing can be found under another name.",
      nsid,
      bad: document("example"),
      good: document("com.example.defs")
    ),
    language(
      "nsid-upper-case",
      .warning,
      "The authority of an NSID is in lower case.",
      "It is a domain name, and readers compare byte by byte.",
      nsid,
      bad: document("com.Example.defs"),
      good: document("com.example.defs"),
      fix: { finding, tree in
        guard let value = tree.value(at: finding.location.offset),
          case .string(let text) = value.kind, let nsid = try? NSID(text)
        else { return [] }
        return [TextEdit(value.range, "\"\(nsid.normalized.string)\"")]
      }
    ),
    language(
      "nsid-case-conflict",
      .error,
      "No two NSIDs differ in case alone.",
      "File systems and people take them for one.",
      nsid,
      bad: RuleExample(
        document("com.example.getNote").documents[0],
        document("com.example.getnote").documents[0]
      ),
      good: document("com.example.getNote")
    ),
    language(
      "duplicate-nsid",
      .error,
      "Each NSID is in one file.",
      "Of two that differ neither is to be preferred.",
      section,
      bad: RuleExample(fine.documents[0], definition("integer")),
      good: fine
    ),
    language(
      "id-path-mismatch",
      .warning,
      "The path of a file spells the NSID in it.",
      "Who looks for a schema looks there.",
      section,
      bad: document("com.example.defs").at("com/example/notes.json"),
      good: document("com.example.defs")
    ),
    language(
      "no-definitions",
      .error,
      "A document has a definition or more.",
      "Without any it says nothing.",
      section,
      bad: RuleExample(#"{"lexicon":1,"id":"com.example.defs","defs":{}}"#),
      good: fine
    ),
    language(
      "bad-definition-name",
      .error,
      "Names of definitions are of letters and digits.",
      "They stand in references and become names in code.",
      section,
      bad: .definitions(#""":{"type":"boolean"}"#),
      good: fine
    ),
    language(
      "two-primaries",
      .error,
      "A document has one primary definition at most.",
      "The NSID names it.",
      section,
      bad: .definitions(#""main":\#(record),"other":\#(record)"#),
      good: .definitions(#""main":\#(record)"#)
    ),
    language(
      "primary-not-main",
      .error,
      "A primary definition is called 'main'.",
      "The NSID names it.",
      section,
      bad: .definitions(#""note":\#(record)"#),
      good: .definitions(#""main":\#(record)"#)
    ),
    language(
      "named-type",
      .error,
      "References, unions, unknowns and parts of primary types are no definitions of their own.",
      "They have a meaning only where they are used.",
      section,
      bad: .definition(#"{"type":"unknown"}"#),
      good: .definition(#"{"type":"object","properties":{"any":{"type":"unknown"}}}"#)
    ),
    language(
      "missing-version",
      .warning,
      "A document says which version of the language it is written in.",
      "Without 'lexicon' it is no Lexicon document, and is passed over.",
      section,
      bad: RuleExample(#"{"id":"com.example.defs","defs":{"example":{"type":"boolean"}}}"#),
      good: fine
    ),
    language(
      "not-a-lexicon",
      .note,
      "A file that is no Lexicon document is passed over.",
      "It may lie among them for another purpose; 'check' refuses one that it is given by name.",
      section,
      bad: RuleExample(#"{"name":"package"}"#),
      good: fine
    ),
  ]

  private static let record =
    #"{"type":"record","description":"A note.","key":"tid","record":{"#
    + #""type":"object","properties":{}}}"#

  private static func definition(_ type: String) -> String {
    RuleExample.document(#""example":{"type":"\#(type)"}"#, of: "com.example.defs")
  }
}
