// Rules about permission sets. `Document/Decoding/` reports them.
extension Rule {
  static let permissionRules = [badResource, emptyList, ineffectivePermission, badLanguage]

  static let badResource = Rule(
    "bad-resource",
    .error,
    "A permission must name a resource.",
    reason: "A permission without a resource grants nothing.",
    clause: Clause.permissionSets,
    bad: .permission(#""resource":"","collection":["com.example.note"]"#),
    good: .permission(#""resource":"repo","collection":["com.example.note"]"#)
  )

  static let emptyList = Rule(
    "empty-list",
    .error,
    "A permission must name at least one collection or method.",
    reason: "A permission with an empty list grants nothing.",
    clause: Clause.permissionSets,
    bad: .permission(#""resource":"repo","collection":[]"#),
    good: .permission(#""resource":"repo","collection":["com.example.note"]"#)
  )

  static let ineffectivePermission = Rule(
    "ineffective-permission",
    .warning,
    "A permission should only grant what a permission set can grant, within its own namespace.",
    reason: "Services ignore everything else.",
    clause: "Permission specification, \"Namespace Authority\"",
    bad: .permission(#""resource":"repo","collection":["org.other.note"]"#),
    good: .permission(#""resource":"repo","collection":["com.example.note"]"#)
  )

  static let badLanguage = Rule(
    "bad-language",
    .error,
    "Translations must be keyed by BCP 47 language tags.",
    reason: "Software looks up a translation by its language tag.",
    clause: Clause.permissionSets,
    bad: .permission(
      #""resource":"repo","collection":["com.example.note"]"#,
      #","title:lang":{"german!":"Notizen"}"#
    ),
    good: .permission(
      #""resource":"repo","collection":["com.example.note"]"#,
      #","title:lang":{"de":"Notizen"}"#
    )
  )
}
