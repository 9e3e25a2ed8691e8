import ATProtoSyntax

extension Rule {
  static let definitionConflict = Rule(
    "definition-conflict",
    .warning,
    "A definition should not have the name of a schema in the group named like its document.",
    reason: "'com.example.record#foo' and 'com.example.record.foo' are easily confused.",
    clause: Clause.grouping,
    bad: RuleExample(
      RuleExample.document(object("view"), of: "com.example.note"),
      RuleExample.document(object("main"), of: "com.example.note.view")
    ),
    good: RuleExample(
      RuleExample.document(object("noteView"), of: "com.example.defs"),
      RuleExample.document(object("main"), of: "com.example.note.view")
    )
  ) { subject in
    let nsid = subject.document.id.value.string
    for definition in subject.document.definitions {
      guard let other = subject.names.catalog["\(nsid).\(definition.name.value)"] else { continue }
      subject.report(
        at: definition.name.location,
        "\(quoted("\(nsid)#\(definition.name.value)")) and "
          + "\(quoted(other.id.value.string)) are easily confused; rename one of them",
        notes: [.init("the other schema is here", at: other.id.location)]
      )
    }
  }

  private static func object(_ name: String) -> String {
    #""\#(name)":{"type":"object","description":"A view.","properties":{}}"#
  }
}
