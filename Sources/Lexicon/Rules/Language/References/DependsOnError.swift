extension Rule {
  static let dependsOnError = Rule(
    "depends-on-error",
    .note,
    "What a document refers to is free of errors.",
    reason: "It cannot be compiled without it.",
    clause: Clause.specification("ref"),
    bad: RuleExample(
      document,
      RuleExample.document(#""example":{"type":"float"}"#, of: "com.example.other")
    ),
    good: RuleExample(
      document,
      RuleExample.document(#""example":{"type":"integer"}"#, of: "com.example.other")
    )
  )

  private static let document = RuleExample.document(
    #""note":{"type":"object","properties":{"a":{"type":"ref","ref":"com.example.other#example"}}}"#,
    of: "com.example.defs"
  )
}
