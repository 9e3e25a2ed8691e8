extension Rule {
  static let permissionSetName = Rule(
    "permission-set-name",
    .note,
    "The name of a permission set should begin with 'auth'.",
    reason: "There is no firm convention yet, but this one is emerging.",
    clause: Clause.naming,
    bad: set("com.example.basic"),
    good: set("com.example.authBasic")
  ) { subject in
    guard case .permissionSet? = subject.main?.kind, Words.of(subject.name).first != "auth" else {
      return
    }
    subject.report(
      at: subject.document.id.location,
      "the name \(quoted(subject.name)) of a permission set should begin with 'auth'"
    )
  }

  private static func set(_ nsid: String) -> RuleExample {
    RuleExample(
      RuleExample.document(
        #""main":{"type":"permission-set","title":"Notes","description":"Notes.","permissions":[{"#
          + #""type":"permission","resource":"repo","collection":["com.example.note"]}]}"#,
        of: nsid
      ),
      RuleExample.record("").documents[0]
    )
  }
}
