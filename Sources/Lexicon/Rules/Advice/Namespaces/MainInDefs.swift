import ATProtoSyntax

extension Rule {
  static let mainInDefs = Rule(
    "main-in-defs",
    .warning,
    "A document named 'defs' should not have a definition named 'main'.",
    reason: "Such a document is a collection of shared definitions, none of which is the main one.",
    clause: Clause.specification("Lexicon Files"),
    bad: .definitions(
      #""main":{"type":"object","description":"A view.","properties":{}}"#,
      of: "com.example.defs"
    ),
    good: .definitions(
      #""noteView":{"type":"object","description":"A view.","properties":{}}"#,
      of: "com.example.defs"
    )
  ) { subject in
    guard subject.name == "defs", let main = subject.main else { return }
    subject.report(
      at: main.name.location,
      "\(quoted(subject.document.id.value.string)) has a definition 'main'; give it a name of its "
        + "own, or move it into another document"
    )
  }
}
