extension Rule {
  static let ineffectivePermission = Rule(
    "ineffective-permission",
    .warning,
    "A permission grants what a set can, within the set's own namespace.",
    reason: "Services ignore the rest.",
    clause: "Permission specification, \"Namespace Authority\"",
    bad: .permission(#""resource":"repo","collection":["org.other.note"]"#),
    good: .permission(#""resource":"repo","collection":["com.example.note"]"#)
  )
}
