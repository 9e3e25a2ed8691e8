extension Rule {
  static let badLanguage = Rule(
    "bad-language",
    .error,
    "Translations are marked with BCP 47 language tags.",
    reason: "Nobody would find another.",
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
