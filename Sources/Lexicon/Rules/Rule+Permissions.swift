// Permission specification, "Permission Sets".
extension Rule {
  private static let section = "Permission specification, \"Permission Sets\""

  private static func set(_ permission: String, _ rest: String = "") -> RuleExample {
    .definitions(
      #""main":{"type":"permission-set","title":"Notes","#
        + #""permissions":[{"type":"permission",\#(permission)}]\#(rest)}"#,
      of: "com.example.authBasic"
    )
  }

  private static let fine = set(#""resource":"repo","collection":["com.example.note"]"#)

  static let permissionRules: [Rule] = [
    language(
      "bad-resource",
      .error,
      "'resource' is a word in lower case.",
      "Scopes are written with it.",
      section,
      bad: set(#""resource":"","collection":["com.example.note"]"#),
      good: fine
    ),
    language(
      "empty-list",
      .error,
      "A permission names a collection or method.",
      "It would grant nothing.",
      section,
      bad: set(#""resource":"repo","collection":[]"#),
      good: fine
    ),
    language(
      "ineffective-permission",
      .warning,
      "A permission grants what a set can, within the set's own namespace.",
      "Services ignore the rest.",
      "Permission specification, \"Namespace Authority\"",
      bad: set(#""resource":"repo","collection":["org.other.note"]"#),
      good: fine
    ),
    language(
      "bad-language",
      .error,
      "Translations are marked with BCP 47 language tags.",
      "Nobody would find another.",
      section,
      bad: set(
        #""resource":"repo","collection":["com.example.note"]"#,
        #","title:lang":{"german!":"Notizen"}"#
      ),
      good: set(
        #""resource":"repo","collection":["com.example.note"]"#,
        #","title:lang":{"de":"Notizen"}"#
      )
    ),
  ]
}
