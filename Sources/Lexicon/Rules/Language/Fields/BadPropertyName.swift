extension Rule {
  static let badPropertyName = Rule(
    "bad-property-name",
    .error,
    "Properties have names.",
    reason: "Nothing can be found under none.",
    clause: Clause.specification("object"),
    bad: .object(#""":{"type":"boolean"}"#),
    good: .object(#""a":{"type":"boolean"}"#)
  )
}
