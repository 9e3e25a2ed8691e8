import ATProtoSyntax

extension Rule {
  static let groupConflict = Rule(
    "group-conflict",
    .warning,
    "No NSID is also the group of others, and no segment below a definition is called 'main'.",
    reason: "A reader, and code that nests names, cannot tell the two apart.",
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
        "\(quoted(nsid)) is a schema and also the group of \(quoted(member.value.string))",
        notes: [.init("the member of the group is here", at: member.location)]
      )
    }
    if subject.name == "main" {
      subject.report(
        at: subject.document.id.location,
        "\(quoted(nsid)) reads as the main definition of another schema"
      )
    }
  }

  private static let record =
    #""main":{"type":"record","description":"A note.","key":"tid","record":{"#
    + #""type":"object","properties":{}}}"#
}
