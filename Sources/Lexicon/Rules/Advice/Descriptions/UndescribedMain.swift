import ATProtoSyntax

extension Rule {
  static let undescribedMain = Rule(
    "undescribed-main",
    .warning,
    "Every main definition should have a description.",
    reason:
      "The description is the first thing that readers of the schema and of generated code see.",
    clause: Clause.documentation,
    bad: .definitions(
      #""main":{"type":"query","output":{"encoding":"application/json"}}"#,
      of: "com.example.getNote"
    ),
    good: .definitions(
      #""main":{"type":"query","description":"One note. Requires authentication.","#
        + #""output":{"encoding":"application/json"}}"#,
      of: "com.example.getNote"
    )
  ) { subject in
    guard let main = subject.main else { return }
    // The title and the detail describe a permission set.
    if case .permissionSet(let set) = main.kind, set.title != nil || set.detail != nil { return }
    guard (main.description ?? "").isEmpty else { return }
    subject.report(
      at: main.name.location,
      "\(quoted(subject.document.id.value.string)) has no description; add a 'description'"
    )
  }
}
