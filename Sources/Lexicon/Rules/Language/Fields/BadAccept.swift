extension Rule {
  static let badAccept = Rule(
    "bad-accept",
    .error,
    "'accept' lists MIME types and patterns.",
    reason: "Nothing else can be compared with a blob's type.",
    clause: Clause.specification("blob"),
    bad: .definition(#"{"type":"blob","accept":["png"]}"#),
    good: .definition(#"{"type":"blob","accept":["image/png"]}"#)
  )
}
