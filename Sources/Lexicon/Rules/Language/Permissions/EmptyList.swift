extension Rule {
  static let emptyList = Rule(
    "empty-list",
    .error,
    "A permission names a collection or method.",
    reason: "It would grant nothing.",
    clause: Clause.permissionSets,
    bad: .permission(#""resource":"repo","collection":[]"#),
    good: .permission(#""resource":"repo","collection":["com.example.note"]"#)
  )
}
