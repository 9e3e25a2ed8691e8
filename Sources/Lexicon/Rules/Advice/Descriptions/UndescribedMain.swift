import ATProtoSyntax

extension Rule {
  static let undescribedMain = Rule(
    "undescribed-main",
    .warning,
    "Every main definition has a description.",
    reason: "It is what a reader of the schema, and of code generated from it, learns first.",
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
    // A permission set describes itself by its title and its detail.
    if case .permissionSet(let set) = main.kind, set.title != nil || set.detail != nil { return }
    guard (main.description ?? "").isEmpty else { return }
    subject.report(
      at: main.name.location,
      "\(quoted(subject.document.id.value.string)) is not described: add a 'description'"
    )
  }
}
