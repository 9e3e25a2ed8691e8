extension Rule {
  static let constAndDefault = Rule(
    "const-and-default",
    .error,
    "'const' and 'default' do not stand together.",
    reason: "The language says that they exclude each other.",
    clause: Clause.specification("boolean"),
    bad: .definition(#"{"type":"boolean","const":true,"default":true}"#),
    good: .definition(#"{"type":"boolean","const":true}"#)
  )
}
