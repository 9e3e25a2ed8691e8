import ATProtoSyntax

// Rules about documents and the names and types of their definitions. `Document/` and `Catalog/`
// report them.
extension Rule {
  static let documentRules = [
    notALexicon, unsupportedVersion, missingVersion, badNSID, nsidUpperCase, nsidCaseConflict,
    duplicateNSID, shadowedCopy, idPathMismatch, noDefinitions, badDefinitionName, twoPrimaries,
    primaryNotMain,
    namedType,
  ]

  static let notALexicon = Rule(
    "not-a-lexicon",
    .note,
    "A file that is not a Lexicon document is skipped.",
    reason: "Other files may share the directory; 'check' rejects one that is named on its command "
      + "line.",
    clause: Clause.specification("Lexicon Files"),
    bad: RuleExample(#"{"name":"package"}"#),
    good: .sound
  )

  static let unsupportedVersion = Rule(
    "unsupported-version",
    .error,
    "'lexicon' must be 1.",
    reason: "1 is the only version of the language.",
    clause: Clause.specification("Lexicon Files"),
    bad: RuleExample(
      #"{"lexicon":2,"id":"com.example.defs","defs":{"example":{"type":"boolean"}}}"#
    ),
    good: RuleExample(
      #"{"lexicon":1,"id":"com.example.defs","defs":{"example":{"type":"boolean"}}}"#
    )
  )

  static let missingVersion = Rule(
    "missing-version",
    .warning,
    "A document should state its language version.",
    reason: "A file without 'lexicon' is not a Lexicon document and is skipped.",
    clause: Clause.specification("Lexicon Files"),
    bad: RuleExample(#"{"id":"com.example.defs","defs":{"example":{"type":"boolean"}}}"#),
    good: .sound
  )

  static let badNSID = Rule(
    "bad-nsid",
    .error,
    "An NSID must follow the NSID syntax.",
    reason: "A schema is looked up by its NSID.",
    clause: Clause.nsid,
    bad: .named("example"),
    good: .named("com.example.defs")
  )

  static let nsidUpperCase = Rule(
    "nsid-upper-case",
    .warning,
    "The domain authority of an NSID should be lowercase.",
    reason: "It is a domain name, and software compares NSIDs byte by byte.",
    clause: Clause.nsid,
    bad: .named("com.Example.defs"),
    good: .named("com.example.defs"),
    fix: { finding, tree in
      guard let value = tree.value(at: finding.location.offset),
        case .string(let text) = value.kind, let nsid = try? NSID(text)
      else { return [] }
      return [TextEdit(value.range, "\"\(nsid.normalized.string)\"")]
    }
  )

  static let nsidCaseConflict = Rule(
    "nsid-case-conflict",
    .error,
    "No two NSIDs may differ only in case.",
    reason: "File systems and people take them for the same name.",
    clause: Clause.nsid,
    bad: .named("com.example.getNote", "com.example.getnote"),
    good: .named("com.example.getNote", "com.example.getNotes")
  )

  /// A warning if the documents are equal.
  static let duplicateNSID = Rule(
    "duplicate-nsid",
    .error,
    "Each NSID must be defined in one file.",
    reason: "Neither of two different documents takes precedence over the other.",
    clause: Clause.specification("Lexicon Files"),
    bad: RuleExample(
      RuleExample.sound.documents[0],
      RuleExample.definition(#"{"type":"integer"}"#).documents[0]
    ),
    good: .named("com.example.defs", "com.example.other")
  )

  static let shadowedCopy = Rule(
    "shadowed-copy",
    .note,
    "A document of the project is used instead of a different one that only resolves references.",
    reason: "The project may have changed the document since it was copied.",
    clause: "Convention of lexgen",
    bad: RuleExample(
      RuleExample.sound.documents[0],
      RuleExample.definition(#"{"type":"integer"}"#).documents[0]
    ).withReferences(1),
    good: RuleExample.named("com.example.defs", "com.example.other").withReferences(1)
  )

  static let idPathMismatch = Rule(
    "id-path-mismatch",
    .warning,
    "The path of a file should spell the NSID of its document.",
    reason: "People and tools look for a schema at that path.",
    clause: "Convention of the official documents: lexicons/app/bsky/feed/post.json",
    bad: .sound.at("com/example/notes.json"),
    good: .sound.at("com/example/defs.json")
  )

  static let noDefinitions = Rule(
    "no-definitions",
    .error,
    "A document must contain at least one definition.",
    reason: "A document without definitions describes nothing.",
    clause: Clause.specification("Lexicon Files"),
    bad: RuleExample(#"{"lexicon":1,"id":"com.example.defs","defs":{}}"#),
    good: .sound
  )

  static let badDefinitionName = Rule(
    "bad-definition-name",
    .error,
    "A definition name must be usable after '#' in a reference.",
    reason: "A name that is empty, begins with '$', or contains '#', white space or control "
      + "characters cannot be referred to.",
    clause: Clause.specification("Lexicon Files"),
    bad: .definitions(#""":{"type":"boolean"}"#),
    good: .definitions(#""flag":{"type":"boolean"}"#, of: "com.example.defs")
  )

  static let twoPrimaries = Rule(
    "two-primaries",
    .error,
    "A document must not contain more than one primary definition.",
    reason: "The NSID of the document names its primary definition.",
    clause: Clause.specification("Lexicon Files"),
    bad: .definitions("\(emptyRecord("main")),\(emptyRecord("other"))"),
    good: .definitions(emptyRecord("main"))
  )

  static let primaryNotMain = Rule(
    "primary-not-main",
    .error,
    "A primary definition must be named 'main'.",
    reason: "The NSID of the document names its primary definition.",
    clause: Clause.specification("Lexicon Files"),
    bad: .definitions(emptyRecord("note")),
    good: .definitions(emptyRecord("main"))
  )

  private static func emptyRecord(_ name: String) -> String {
    """
    "\(name)":{"type":"record","description":"A note.","key":"tid","record":{"type":"object",\
    "properties":{}}}
    """
  }

  static let namedType = Rule(
    "named-type",
    .error,
    "A ref, union, unknown, params or permission must not be a definition of its own.",
    reason: "These types only have a meaning in the place where they are used.",
    clause: Clause.specification("Lexicon Files"),
    bad: .definition(#"{"type":"unknown"}"#),
    good: .definition(#"{"type":"object","properties":{"any":{"type":"unknown"}}}"#)
  )
}
