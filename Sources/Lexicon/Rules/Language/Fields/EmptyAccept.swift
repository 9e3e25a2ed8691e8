extension Rule {
  static let emptyAccept = Rule(
    "empty-accept",
    .warning,
    "'accept' is not empty.",
    reason: "It accepts nothing; without it anything is.",
    clause: Clause.specification("blob"),
    bad: .definition(#"{"type":"blob","accept":[]}"#),
    good: .definition(#"{"type":"blob"}"#)
  )
}
