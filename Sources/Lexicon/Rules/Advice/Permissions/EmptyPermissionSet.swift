extension Rule {
  static let emptyPermissionSet = Rule(
    "empty-permission-set",
    .warning,
    "A permission set should have at least one permission.",
    reason: "An empty set asks users to grant nothing.",
    clause: "Permission specification, \"Permission Sets\"",
    bad: .definitions(
      #""main":{"type":"permission-set","title":"Notes","description":"Notes.","permissions":[]}"#,
      of: "com.example.authBasic"
    ),
    good: permissionTarget.good
  ) { subject in
    guard let main = subject.main, case .permissionSet(let set) = main.kind,
      set.permissions.isEmpty
    else { return }
    subject.report(at: main.name.location, "the permission set has no permissions; add one")
  }
}
