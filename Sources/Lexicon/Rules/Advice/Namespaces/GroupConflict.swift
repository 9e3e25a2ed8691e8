import ATProtoSyntax

extension Rule {
  static let groupConflict = Rule(
    "group-conflict",
    .warning,
    "A schema should not have the name of a group of schemas, nor be named 'main'.",
    reason: "People, and code that nests names, cannot tell the two apart.",
    clause: Clause.grouping,
    bad: RuleExample(
      RuleExample.document(record, of: "com.example.note"),
      RuleExample.document(record, of: "com.example.note.comment")
    ),
    good: RuleExample(
      RuleExample.document(record, of: "com.example.note"),
      RuleExample.document(record, of: "com.example.comment")
    )
  ) { subject in
    let nsid = subject.document.id.value.string
    if let member = subject.names.member(ofGroup: nsid) {
      subject.report(
        at: subject.document.id.location,
        "\(quoted(nsid)) is also the group of \(quoted(member.value.string)); "
          + "rename the schema or the group",
        notes: [.init("the member of the group is here", at: member.location)]
      )
    }
    if subject.name == "main" {
      subject.report(
        at: subject.document.id.location,
        "\(quoted(nsid)) looks like the main definition of another schema; rename it"
      )
    }
  }

  private static let record =
    #""main":{"type":"record","description":"A note.","key":"tid","record":{"#
    + #""type":"object","properties":{}}}"#
}
