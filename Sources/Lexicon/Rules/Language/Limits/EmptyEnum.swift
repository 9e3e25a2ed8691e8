extension Rule {
  static let emptyEnum = Rule(
    "empty-enum",
    .error,
    "'enum' is not empty.",
    reason: "No value would be allowed.",
    clause: Clause.specification("string"),
    bad: .definition(#"{"type":"string","enum":[]}"#),
    good: .definition(#"{"type":"string","knownValues":["calm"]}"#)
  )
}
