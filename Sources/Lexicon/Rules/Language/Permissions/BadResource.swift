extension Rule {
  static let badResource = Rule(
    "bad-resource",
    .error,
    "A permission names a resource.",
    reason: "It would grant nothing.",
    clause: Clause.permissionSets,
    bad: .permission(#""resource":"","collection":["com.example.note"]"#),
    good: .permission(#""resource":"repo","collection":["com.example.note"]"#)
  )
}
