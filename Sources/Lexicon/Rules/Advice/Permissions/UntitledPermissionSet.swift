extension Rule {
  static let untitledPermissionSet = Rule(
    "untitled-permission-set",
    .warning,
    "A permission set should have a title.",
    reason: "Users see the title when an app requests the permissions.",
    clause: Clause.permissionSets,
    bad: RuleExample(titled(""), RuleExample.record("").documents[0]),
    good: RuleExample(titled(#""title":"Notes","#), RuleExample.record("").documents[0])
  ) { subject in
    guard let main = subject.main, case .permissionSet(let set) = main.kind,
      (set.title ?? "").isEmpty
    else { return }
    subject.report(at: main.name.location, "the permission set has no title; add a 'title'")
  }

  private static func titled(_ title: String) -> String {
    RuleExample.document(
      #""main":{"type":"permission-set",\#(title)"description":"Notes.","permissions":[{"#
        + #""type":"permission","resource":"repo","collection":["com.example.note"]}]}"#,
      of: "com.example.authBasic"
    )
  }
}
